// Holds entries and proofs against npm's @auth0/cose and @sigstore/verify: node verify.mjs FOLDER < questions
//
// FOLDER has their node_modules. In: a JSON list of {kind, …}; out: a JSON list, null where it was accepted,
// else why not. Byte strings are base64.

import { createPublicKey } from "node:crypto";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(`${process.argv[2]}/`);
const { Sign1 } = require("@auth0/cose");
const { verifyMerkleInclusion } = require("@sigstore/verify/dist/timestamp/merkle.js");
const { verifyCheckpoint } = require("@sigstore/verify/dist/timestamp/checkpoint.js");

const CHECKS = { entry, inclusion, checkpoint };
const octets = (base64) => Buffer.from(base64, "base64");
const publicKey = (der) => createPublicKey({ key: octets(der), format: "der", type: "spki" });

async function entry({ envelope, key, payload }) {
  const found = Sign1.decode(octets(envelope));
  await found.verify(publicKey(key));
  if (!octets(payload).equals(Buffer.from(found.payload))) throw new Error("another payload");
}

function inclusion({ leaf, index, size, hashes, root }) {
  const inclusionProof = { logIndex: String(index), treeSize: String(size), hashes: hashes.map(octets), rootHash: octets(root) };
  verifyMerkleInclusion({ canonicalizedBody: octets(leaf), inclusionProof });
}

function checkpoint({ note, key, id, root }) {
  const log = { logID: octets(id), publicKey: publicKey(key), validFor: { start: new Date(0), end: new Date(8.64e15) } };
  const inclusionProof = { checkpoint: { envelope: octets(note).toString("utf8") }, rootHash: octets(root) };
  verifyCheckpoint({ integratedTime: "1", inclusionProof }, [log]);
}

async function refused(question) {
  try {
    await CHECKS[question.kind](question);
    return null;
  } catch (error) {
    return error.message || error.name;
  }
}

const questions = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(await Promise.all(questions.map(refused))));
