// Whether a proof file proves the stamp that was asked for. Calls its siblings; no screen, no network.
//
// What is believed: the county's list of townships (log, witnesses, machines, names). All else is checked:
//  1. the file is of a log in that list, and of the township asked for ("township", "other");
//  2. that log signed the head, once, and none beyond its end where another one follows it ("log"); no line in a witness's name is wrong ("witness");
//  3. the `stamped` entry is the one asked for ("other") and stands under the head ("inclusion"),
//     and so do the `authorised` that it ended and a `correction`, if there is one;
//  4. a machine of that township signed each ("key", "machine"), and they belong together ("parts").

import { same } from "/sign/cbor.js";
import { isCount, isId, open } from "./entry.js";
import { Finding } from "./finding.js";
import { seen, signed } from "./note.js";
import { fromBase64 } from "./octets.js";
import { parse } from "./proof.js";
import { included, leafHash } from "./tree.js";

/** The file's bytes, `wanted` (see code.js) or null for whatever the file is of → what is proved:
 * {township, log, stamped, authorised, correction or null, index, size, witnessed (s)}; throws Finding.
 */
export async function judge(bytes, wanted, townships) {
  const file = parse(bytes);
  const { head } = file.checkpoint;
  const township = townships.find((one) => logs(one).some((log) => log.name === head.origin));
  if (township === undefined) throw new Finding("township", head.origin);
  if (wanted && wanted.township !== township.number) throw new Finding("other", "another township");
  const log = logs(township).find((one) => one.name === head.origin);
  if (!(await signed(file.checkpoint, log)) || isBeyond(head, log)) throw new Finding("log");
  const witnessed = await times(file.checkpoint, township.witnesses);
  if (wanted && !isWanted(await leafHash(file.stamped.entry), wanted)) throw new Finding("other", "another stamp");
  const [stamped, authorised, correction] = [
    await proved(file.stamped, head, township),
    await proved(file.authorised, head, township),
    file.correction && (await proved(file.correction, head, township)),
  ];
  checkTogether(stamped, authorised);
  if (correction) checkVoid(stamped, correction);
  const index = file.stamped.index;
  return { township, log, stamped, authorised, correction, index, size: head.size, witnessed };
}

/** The township's log, and those that ended before it. */
const logs = (township) => [township.log, ...township.former];

/** Whether a log that ended ({size, root}) signed that head later, or another one at its end. */
function isBeyond(head, log) {
  if (log.size === undefined) return false;
  return head.size > log.size || (head.size === log.size && !same(head.root, fromBase64(log.root)));
}

async function times(checkpoint, witnesses) {
  const found = [];
  for (const witness of witnesses) {
    const at = await seen(checkpoint, witness);
    if (at !== null) found.push(at);
  }
  return found;
}

function isWanted(hash, { hash: whole, prefix }) {
  return whole === undefined ? same(hash.subarray(0, prefix.length), prefix) : same(hash, whole);
}

async function proved({ entry, index, hashes }, head, township) {
  if (!(await included(await leafHash(entry), index, head.size, hashes, head.root))) throw new Finding("inclusion");
  return open(entry, township.machines);
}

function checkTogether(stamped, authorised) {
  const [body, opening] = [stamped.body, authorised.body];
  const fits =
    stamped.kind === "stamped" && authorised.kind === "authorised" && stamped.device === authorised.device &&
    body.get("authorised") === authorised.seq && authorised.seq < stamped.seq &&
    isHash(body.get("grant")) && isHash(opening.get("grant")) && same(body.get("grant"), opening.get("grant")) &&
    isId(opening.get("item")) && isId(opening.get("seal")) && isCount(opening.get("sheet"));
  if (!fits) throw new Finding("parts");
}

function checkVoid(stamped, correction) {
  const body = correction.body;
  const fits =
    correction.kind === "correction" && correction.device === stamped.device && correction.seq > stamped.seq &&
    body.get("stamped") === stamped.seq && isHash(body.get("entry")) && same(body.get("entry"), stamped.hash) &&
    ["cancelled", "lost"].includes(body.get("state")) && (body.get("replacement") === null || isHash(body.get("replacement")));
  if (!fits) throw new Finding("parts");
}

const isHash = (value) => value instanceof Uint8Array && value.length === 32;
