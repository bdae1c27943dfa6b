/** A certificate that nobody vouches for, with its key: made for these tests, for localhost, and of no use elsewhere. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

const key = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIBkML8Qc7M948oEt8r9cZOAgap1EEeSycBt9sAdfMJW3oAoGCCqGSM49
AwEHoUQDQgAE+TyslTkq4tLpPA+RcEnIpjr6FAZ90gsi6NUAlUNXFEhkQupi2fSu
uhkyykrFbthfAHoFwbmvMWPHE/DCcmCh+w==
-----END EC PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUDGvjle9EM5oTG0HkWk2/ipQimJ8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA3MzIzOFoYDzIxMjYxMDMw
MDczMjM4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT5PKyVOSri0uk8D5FwScimOvoUBn3SCyLo1QCVQ1cUSGRC6mLZ9K66
GTLKSsVu2F8AegXBua8xY8cT8MJyYKH7o28wbTAdBgNVHQ4EFgQUNCvFoCkTqVHT
S1TOoKIiiacapJgwHwYDVR0jBBgwFoAUNCvFoCkTqVHTS1TOoKIiiacapJgwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAIELSZPDmypPDfOJ7GvmKrAGaf2de8mQu8OY/J+1DAXcAiAm
PDDRC3qH3x3CVOljEsRSCKaAk60oulcCCcwfItCJjg==
-----END CERTIFICATE-----`;

export interface TlsServer {
  readonly origin: string;
  /** Requests that came through. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

/** A server over TLS whose certificate is its own. */
export async function startSelfSigned(): Promise<TlsServer> {
  const seen: string[] = [];
  const server: Server = createServer({ key, cert }, (request, response) => {
    seen.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `https://localhost:${port}`, seen, close: () => new Promise((resolve) => void server.close(() => resolve())) };
}
