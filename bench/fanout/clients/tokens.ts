import { importJWK, SignJWT } from 'jose';

/** Access tokens for this many different people, as the users subgraph issues them. */
export async function accessTokens(count: number, privateKey: string): Promise<string[]> {
  const jwk = JSON.parse(privateKey);
  const key = await importJWK(jwk, 'EdDSA');
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: jwk.kid };
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      new SignJWT({ sid: idOf('ses', index), roles: ['CUSTOMER'] })
        .setProtectedHeader(header)
        .setSubject(idOf('usr', index))
        .setIssuer('souk')
        .setAudience('gateway')
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(key),
    ),
  );
}

const idOf = (prefix: string, index: number): string =>
  `${prefix}_01h455vb4pex5vs${String(index).padStart(11, '0')}`;
