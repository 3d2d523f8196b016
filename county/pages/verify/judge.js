// Whether a proof file proves the stamp that was asked for. Calls its siblings; no screen, no network.
//
// What is believed: the county's list of townships (log, witnesses, machines, names). All else is checked:
//  1. the file is of a log in that list, and of the township asked for ("township", "other");
//  2. that log signed the head, once ("log"); no line in a witness's name is wrong ("witness");
//  3. the `stamped` entry is the one asked for ("other") and stands under the head ("inclusion"),
//     and so do the `authorised` that it ended and a `correction`, if there is one;
//  4. a machine of that township signed each ("key", "machine"), and they belong together ("parts").

import { same } from "/sign/cbor.js";
import { isCount, isId, open } from "./entry.js";
import { Finding } from "./finding.js";
import { seen, signed } from "./note.js";
import { parse } from "./proof.js";
import { included, leafHash } from "./tree.js";

/** The file's bytes, `wanted` (see code.js) or null for whatever the file is of → what is proved:
 * {township, stamped, authorised, correction or null, index, size, witnessed (s)}; throws Finding.
 */
export async function judge(bytes, wanted, townships) {
  const file = parse(bytes);
  const township = townships.find((one) => one.log.name === file.checkpoint.head.origin);
  if (township === undefined) throw new Finding("township", file.checkpoint.head.origin);
  if (wanted && wanted.township !== township.number) throw new Finding("other", "another township");
  if (!(await signed(file.checkpoint, township.log))) throw new Finding("log");
  const witnessed = await times(file.checkpoint, township.witnesses);
  if (wanted && !isWanted(await leafHash(file.stamped.entry), wanted)) throw new Finding("other", "another stamp");
  const [stamped, authorised, correction] = [
    await proved(file.stamped, file.checkpoint.head, township),
    await proved(file.authorised, file.checkpoint.head, township),
    file.correction && (await proved(file.correction, file.checkpoint.head, township)),
  ];
  checkTogether(stamped, authorised);
  if (correction) checkVoid(stamped, correction);
  const { size } = file.checkpoint.head;
  return { township, stamped, authorised, correction, index: file.stamped.index, size, witnessed };
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
