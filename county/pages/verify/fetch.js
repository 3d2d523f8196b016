// The proof file, from the township's public site or from the visitor's own phone. Calls its siblings.

import { hex } from "/sign/bytes.js";
import { Finding } from "./finding.js";
import { joined } from "./octets.js";
import { LIMIT } from "./proof.js";

const TIMEOUT_MS = 20000;

/** What that township's site has for the stamp asked for; throws Finding. Only sites of the county's list are asked. */
export async function fetched(wanted, townships) {
  const township = townships.find((one) => one.number === wanted.township);
  if (township === undefined) throw new Finding("township", String(wanted.township));
  const name = wanted.hash ? `s/${hex(wanted.hash)}` : `c/${wanted.digits}`;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const reply = await fetch(`${township.public}/${name}/proof.txt`, {
      mode: "cors",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: stop.signal,
    });
    if (reply.status === 404) throw new Finding("missing");
    if (reply.status === 409) throw new Finding("twice");
    if (!reply.ok) throw new Finding("offline", String(reply.status));
    return await limited(reply.body.getReader(), stop);
  } catch (error) {
    if (error instanceof Finding) throw error;
    throw new Finding("offline", error.name);
  } finally {
    clearTimeout(timer);
  }
}

/** The bytes of a file that was chosen; throws Finding. */
export async function chosen(file) {
  if (file.size > LIMIT) throw new Finding("large");
  try {
    return new Uint8Array(await new Response(file).arrayBuffer());
  } catch (error) {
    throw new Finding("unread", error.name);
  }
}

async function limited(reader, stop) {
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(...parts);
    size += value.length;
    if (size > LIMIT) {
      stop.abort();
      throw new Finding("large");
    }
    parts.push(value);
  }
}
