// An OpenID provider for the tests: oidc-provider with one client and a few accounts.
// It is told everything in one JSON argument, and says where it listens on its first line.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const given = JSON.parse(process.argv[2]);

const server = createServer();
server.listen(given.port, '127.0.0.1', () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: given.client_id,
      ...(given.client_secret ? { client_secret: given.client_secret } : { token_endpoint_auth_method: 'none' }),
      ...(given.auth_method ? { token_endpoint_auth_method: given.auth_method } : {}),
      redirect_uris: given.redirect_uris,
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: given.algorithm || 'RS256',
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    conformIdTokenClaims: given.conform !== false,
    cookies: { keys: ['for tests only'] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    async findAccount(ctx, id) {
      const account = given.accounts[id];
      return account && { accountId: id, claims: async () => ({ sub: id, ...account }) };
    },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
