// Signatures on seals: Ed25519 (RFC 8032), with keys in PEM as `openssl genpkey -algorithm ed25519`
// writes them. A key is called by the beginning of the hash of its public half, which anybody can
// work out: openssl pkey -in key.pem -pubout -outform der | sha256sum | cut -c1-16

import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

const ID_DIGITS = 16;

/** Signs; made of a private key. */
export interface SealSigner {
  readonly keyId: string;
  /** The signature of a text, in base64. */
  sign(text: string): string;
}

/** Tells good signatures from bad ones; made of a public key. */
export interface SealKey {
  readonly keyId: string;
  accepts(text: string, signature: string): boolean;
}

/** The signer of a private key in PEM (PKCS #8, no passphrase); undefined when it is none. */
export function readSigner(pem: string): SealSigner | undefined {
  const key = ed25519(() => createPrivateKey(pem));
  if (key === undefined) return undefined;
  return {
    keyId: keyIdOf(createPublicKey(pem)),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}

/** The key in PEM that signatures are checked with; undefined when it is none. */
export function readSealKey(pem: string): SealKey | undefined {
  const key = ed25519(() => createPublicKey(pem));
  if (key === undefined) return undefined;
  return {
    keyId: keyIdOf(key),
    accepts(text, signature) {
      const bytes = Buffer.from(signature, 'base64');
      // Base64 is read generously; a signature has one text only.
      const isPlain = bytes.toString('base64') === signature;
      return isPlain && verify(null, Buffer.from(text), key, bytes);
    },
  };
}

function ed25519(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read();
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

function keyIdOf(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' });
  return hash('sha256', der, 'hex').slice(0, ID_DIGITS);
}
