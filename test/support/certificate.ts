import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LOOPBACK } from './ports.ts';
import { programPath } from './programs.ts';

/** A certificate that signs itself, so it is also the authority that a client must trust. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** The certificate as PEM text, for a client's `ca`. */
  readonly ca: string;
}

/** Makes a certificate for `localhost` and the loopback address in `folder`; it lasts two days. */
export async function createCertificate(folder: string): Promise<Certificate> {
  const certFile = join(folder, 'server.crt');
  const keyFile = join(folder, 'server.key');
  await promisify(execFile)(programPath('openssl'), [
    ...['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-addext', `subjectAltName=DNS:localhost,IP:${LOOPBACK}`],
    ...['-keyout', keyFile, '-out', certFile],
  ]);
  return { certFile, keyFile, ca: await readFile(certFile, 'utf8') };
}
