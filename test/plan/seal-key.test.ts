import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readSealKey, readSigner } from '../../src/plan/seal-key.ts';

// Made by OpenSSL 3.0, which also worked out the id and the signature of `curfew`.
const PRIVATE = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIDu5wD8zTWwpqjIRJdkQRoSZSpSeZSJILBiRPhqXz7tb
-----END PRIVATE KEY-----
`;
const PUBLIC = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAr7t2Q1k6t+xcq5dbF327ArAsgqcRZYPXVtOx6mUitPI=
-----END PUBLIC KEY-----
`;
const ID = '73a1debdccdc55ba';
const SIGNATURE =
  'DzMT5QY+DMzFkk1UZd2b2kGClk/kaFEsODqs0VU/+S8Gxl99nHxX43A+BkZ33c+pB0CW61x+DSjxyzAzBt/yAw==';

describe('a key for seals', () => {
  test('is called and signs as OpenSSL says', () => {
    const signer = readSigner(PRIVATE)!;
    expect([signer.keyId, signer.sign('curfew')]).toEqual([ID, SIGNATURE]);
  });

  test('accepts its own signatures of the very text, and no others', () => {
    const key = readSealKey(PUBLIC)!;
    expect(key.keyId).toBe(ID);
    expect(key.accepts('curfew', SIGNATURE)).toBe(true);
    expect(key.accepts('curfew ', SIGNATURE)).toBe(false);
    expect(key.accepts('curfew', `D${SIGNATURE.slice(1).replace('z', 'y')}`)).toBe(false);
    for (const other of ['', 'AAAA', '?', ` ${SIGNATURE}`, SIGNATURE.replace('==', '')]) {
      expect(key.accepts('curfew', other), other).toBe(false);
    }
  });

  test('may be given by its private half to those who check, too', () => {
    expect(readSealKey(PRIVATE)?.accepts('curfew', SIGNATURE)).toBe(true);
  });

  test('of another kind, of none, or half of one, is none', () => {
    const rsa = generateKeyPairSync('rsa', {
      modulusLength: 1_024,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const secret = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
    });
    for (const pem of [
      rsa.privateKey,
      secret.privateKey,
      PUBLIC,
      PRIVATE.slice(0, 60),
      '',
      'key',
    ]) {
      expect(readSigner(pem), pem).toBeUndefined();
    }
    for (const pem of [rsa.publicKey, PUBLIC.slice(0, 60), '']) {
      expect(readSealKey(pem), pem).toBeUndefined();
    }
  });
});
