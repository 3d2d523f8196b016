// Whether a leaf stands in the tree of a root (RFC 6962, verification of RFC 9162, 2.1.3.2). Calls its siblings.

import { sha256 } from "/sign/bytes.js";
import { same } from "/sign/cbor.js";
import { joined } from "./octets.js";

/** The hash by which a leaf is named: SHA-256(0x00 || leaf). */
export const leafHash = (leaf) => sha256(joined(Uint8Array.of(0), leaf));

/** Whether `leaf` (its hash) is number `index` of `size` under `root`. */
export async function included(leaf, index, size, path, root) {
  if (!(index >= 0 && index < size) || leaf.length !== 32) return false;
  let node = index;
  let last = size - 1;
  let current = leaf;
  for (const sibling of path) {
    if (last === 0 || sibling.length !== 32) return false;
    if (node % 2 || node === last) {
      current = await nodeHash(sibling, current);
      while (node && !(node % 2)) [node, last] = [half(node), half(last)];
    } else {
      current = await nodeHash(current, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && same(current, root);
}

const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));
const half = (number) => Math.floor(number / 2);
