// oauth4webapi against the gateway; it holds every answer to the letter of its RFC, access tokens to RFC 9068.
import * as oauth from "oauth4webapi";
import { alice, audience, check, gateway, reporting, spa, statusWith } from "./site.js";

const issuer = new URL(gateway);
const server = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, { algorithm: "oauth2" }),
);
check("the metadata has a token endpoint", server.token_endpoint.startsWith(gateway), true);

const asSpa = { client_id: spa.id };
const login = await oauth.processGenericTokenEndpointResponse(
  server,
  asSpa,
  await oauth.genericTokenEndpointRequest(server, asSpa, oauth.None(), "password", alice),
);
check("alice is logged in", login.token_type, "bearer");

const call = new Request(`${gateway}/api/x`, { headers: { authorization: `Bearer ${login.access_token}` } });
const claims = await oauth.validateJwtAccessToken(server, call, audience);
check("her token is an access token of RFC 9068", [claims.sub, claims.client_id], ["alice", spa.id]);

const renewed = await oauth.processRefreshTokenResponse(
  server,
  asSpa,
  await oauth.refreshTokenGrantRequest(server, asSpa, oauth.None(), login.refresh_token),
);
check("the renewed token opens the API", await statusWith(renewed.access_token), 200);

let refused = "";
try {
  await oauth.processRefreshTokenResponse(
    server,
    asSpa,
    await oauth.refreshTokenGrantRequest(server, asSpa, oauth.None(), login.refresh_token),
  );
} catch (error) {
  refused = error.error;
}
check("a refresh token works once", refused, "invalid_grant");

const asReporting = { client_id: reporting.id };
const proof = oauth.ClientSecretBasic(reporting.secret);
const own = await oauth.processClientCredentialsResponse(
  server,
  asReporting,
  await oauth.clientCredentialsGrantRequest(server, asReporting, proof, { scope: "reports:read" }),
);
const about = await oauth.processIntrospectionResponse(
  server,
  asReporting,
  await oauth.introspectionRequest(server, asReporting, proof, own.access_token),
);
check("introspection knows the client's own token", [about.active, about.scope], [true, "reports:read"]);
await oauth.processRevocationResponse(
  await oauth.revocationRequest(server, asReporting, proof, own.access_token),
);
const later = await oauth.processIntrospectionResponse(
  server,
  asReporting,
  await oauth.introspectionRequest(server, asReporting, proof, own.access_token),
);
check("a revoked token is not active", later.active, false);
