// The approved pages: fetched, hashed, compared with the subject, and only then made visible. Calls bytes.js and subject.js.

import { sha256 } from "./bytes.js";
import { same } from "./cbor.js";
import { Refusal } from "./request.js";
import { picturesOf } from "./subject.js";

const LIMIT = 32 * 1024 * 1024;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];

/** All pages of a request as blob: addresses, in order; throws Refusal where one is not the page signed for. */
export async function load(request) {
  const blobs = [];
  for (const [index, address] of request.pages.entries()) {
    const bytes = await fetched(address);
    if (!same(await sha256(bytes), picturesOf(request.signed)[index])) {
      throw new Refusal("picture", `page ${index + 1}`);
    }
    blobs.push(new Blob([bytes], { type: kind(bytes) }));
  }
  return Promise.all(blobs.map(shown));
}

async function fetched(address) {
  try {
    const reply = await fetch(address, {
      mode: "cors",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      cache: "no-store",
    });
    if (!reply.ok) throw new Refusal("fetch", String(reply.status));
    const bytes = new Uint8Array(await reply.arrayBuffer());
    if (bytes.length > LIMIT) throw new Refusal("format", "too large");
    return bytes;
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal("fetch", "no connection");
    throw error;
  }
}

function kind(bytes) {
  const begins = (magic) => magic.every((byte, index) => bytes[index] === byte);
  if (begins(JPEG)) return "image/jpeg";
  if (begins(PNG) && !moves(bytes)) return "image/png";
  throw new Refusal("format");
}

// An animated PNG could show one page to the approver and another to the machine.
function moves(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = PNG.length; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === "acTL") return true;
  }
  return false;
}

async function shown(blob) {
  const address = URL.createObjectURL(blob);
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
  } catch {
    throw new Refusal("format", "no picture");
  }
  return address;
}
