// The room `feeds` gets calendars from the network. Their URLs stand in policy files, which more
// people may write than may see the network of this machine; so where a request may go is checked
// on the very address that is connected to, and nothing that answers can keep us or fill our
// memory.

import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { FeedAnswer } from '../plan/feed.ts';
import { icsBytesMax } from '../policy/ics-texts.ts';
import { decodeText } from '../policy/read-text-file.ts';
import { isPublicAddress } from './address.ts';

/** Finds the addresses of a host, as `dns.lookup` does. */
export type Resolve = (
  host: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface Fetching {
  /** Whether plain http and addresses that are not public are allowed. */
  readonly allowsPrivate: boolean;
  readonly userAgent: string;
  /** The system's resolver when left out. */
  readonly resolve?: Resolve | undefined;
  /** Over all redirects, to the last byte; 15 seconds when left out. */
  readonly deadlineMs?: number | undefined;
}

/** What is asked for; with what the server called the copy that we have. */
export interface FeedRequest {
  readonly url: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** Nobody waits for a calendar. */
const DEADLINE_MS = 15_000;
/** `http` to `https`, `www.`, and one for the road. */
const REDIRECTS_MAX = 3;

/** Why an attempt failed, as the rest of a sentence that begins with the feed. */
class Refusal extends Error {}

/** Asks once; answers within the deadline and never rejects. */
export async function fetchFeed(feed: FeedRequest, fetching: Fetching): Promise<FeedAnswer> {
  const { deadlineMs = DEADLINE_MS } = fetching;
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    let url = new URL(feed.url);
    for (let redirects = 0; ; redirects++) {
      refuseWrong(url, fetching);
      const response = await send(url, feed, fetching, signal);
      const next = redirectOf(response, url);
      if (next === undefined) return await answerOf(response, feed);
      response.destroy();
      if (redirects === REDIRECTS_MAX) throw new Refusal('redirects too often');
      url = next;
    }
  } catch (error) {
    const isLate = signal.aborted && !(error instanceof Refusal);
    const late = `has not answered within ${deadlineMs / 1000} seconds`;
    return { kind: 'failed', why: isLate ? late : sentenceOf(error) };
  }
}

function refuseWrong({ protocol, hostname }: URL, { allowsPrivate }: Fetching): void {
  if (protocol !== 'https:' && !(protocol === 'http:' && allowsPrivate)) {
    const why = protocol === 'http:' ? 'leads to plain http' : `leads to ${protocol}`;
    throw new Refusal(`${why}, which is not allowed`);
  }
  // For an address instead of a name nothing is looked up.
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0) refusePrivate([address], allowsPrivate);
}

function refusePrivate(addresses: readonly string[], allowsPrivate: boolean): void {
  if (allowsPrivate || addresses.every(isPublicAddress)) return;
  throw new Refusal('leads to an address that is not public, which is not allowed');
}

function send(
  url: URL,
  { etag, lastModified }: FeedRequest,
  { allowsPrivate, userAgent, resolve = systemLookup }: Fetching,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  // Called with what is then connected to, so that a second answer of the resolver changes nothing.
  const lookup: LookupFunction = (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '');
      try {
        refusePrivate(
          addresses.map(({ address }) => address),
          allowsPrivate,
        );
      } catch (refusal) {
        return callback(refusal as Refusal, '');
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
  const headers = {
    accept: 'text/calendar, */*;q=0.1',
    'accept-encoding': 'identity',
    'user-agent': userAgent,
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    request(url, { headers, lookup, signal, agent: false }, resolve).on('error', reject).end();
  });
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) {
    return undefined;
  }
  if (URL.canParse(headers.location, from.href)) return new URL(headers.location, from);
  throw new Refusal('redirects to nowhere');
}

async function answerOf(response: IncomingMessage, asked: FeedRequest): Promise<FeedAnswer> {
  const { statusCode = 0, headers } = response;
  const hasAsked = asked.etag !== undefined || asked.lastModified !== undefined;
  if (statusCode === 304 && hasAsked) {
    response.destroy();
    return { kind: 'same' };
  }
  if (statusCode !== 200) {
    response.destroy();
    throw new Refusal(`has answered ${statusCode}`);
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    response.destroy();
    throw new Refusal(`has answered with the encoding ${encoding}, which nobody asked for`);
  }
  const decoded = decodeText(await bodyOf(response));
  if (!('text' in decoded)) throw new Refusal('has answered with something else than UTF-8 text');
  const { etag, 'last-modified': lastModified } = headers;
  return { kind: 'text', text: decoded.text, etag, lastModified };
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop destroys the response.
    if (bytes > icsBytesMax) throw new Refusal('is larger than 5 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const untrusted = 'has a certificate that is not trusted';

const sentences: Readonly<Record<string, string>> = {
  ENOTFOUND: 'is on a host that nobody knows',
  EAI_AGAIN: 'is on a host whose name cannot be looked up now',
  ECONNREFUSED: 'is on a host that accepts no connection',
  ECONNRESET: 'has broken the connection off',
  EHOSTUNREACH: 'is on a host that cannot be reached',
  ENETUNREACH: 'is on a host that cannot be reached',
  ETIMEDOUT: 'has not answered in time',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another host',
};

/** Told in the journal, so without what changes from one attempt to the next. */
function sentenceOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : sentences[code];
  return known ?? `cannot be fetched (${code ?? 'unknown'})`;
}
