import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/feeds/address.ts';

describe('an address of the public internet', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '192.167.1.1',
    '100.63.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '2001:4860:4860::8888',
  ])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['this machine', ['127.0.0.1', '127.8.9.10', '0.0.0.0', '::1', '::']],
    ['a private network', ['10.1.2.3', '172.16.0.1', '172.31.9.9', '192.168.1.1', 'fd00::1']],
    ['a carrier’s network', ['100.64.0.1', '100.127.255.255']],
    ['link-local, as the metadata of clouds is', ['169.254.169.254', 'fe80::1', 'fd00:ec2::254']],
    ['multicast, reserved or broadcast', ['224.0.0.1', '240.0.0.1', '255.255.255.255', 'ff02::1']],
    ['tests and examples', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1']],
    ['IPv6 that is IPv4', ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::7f00:1']],
    ['a tunnel to IPv4', ['64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:7f00:1::']],
    ['documentation', ['2001:db8::1', '3fff::1']],
    ['no address at all', ['localhost', '', '8.8.8', '8.8.8.8.8']],
  ])('is not %s', (_, addresses) => {
    for (const address of addresses) expect(isPublicAddress(address), address).toBe(false);
  });
});
