// openid-client against the gateway: found by its metadata, password, refresh, client credentials, introspection,
// revocation.
import * as client from "openid-client";
import { alice, check, fails, gateway, reporting, spa, statusWith } from "./site.js";

const asSpa = await client.discovery(new URL(gateway), spa.id, undefined, client.None(), { algorithm: "oauth2" });
check("the metadata names the issuer", asSpa.serverMetadata().issuer, gateway);

const login = await client.genericGrantRequest(asSpa, "password", alice);
check("alice is logged in", [login.token_type, login.username], ["bearer", "alice"]);
check("her token opens the API", await statusWith(login.access_token), 200);

const renewed = await client.refreshTokenGrant(asSpa, login.refresh_token);
check("the refresh token gives another one", renewed.refresh_token !== login.refresh_token, true);
check("the new token opens the API", await statusWith(renewed.access_token), 200);

const wrongPassword = { ...alice, password: "not hers" };
await fails(
  "a wrong password is invalid_grant",
  () => client.genericGrantRequest(asSpa, "password", wrongPassword),
  (error) => error.error === "invalid_grant" && error.status === 400,
);

await client.tokenRevocation(asSpa, renewed.refresh_token);
await fails(
  "a revoked refresh token is invalid_grant",
  () => client.refreshTokenGrant(asSpa, renewed.refresh_token),
  (error) => error.error === "invalid_grant",
);

for (const [name, proof] of [
  ["basic", client.ClientSecretBasic(reporting.secret)],
  ["post", client.ClientSecretPost(reporting.secret)],
]) {
  const asReporting = await client.discovery(new URL(gateway), reporting.id, undefined, proof, { algorithm: "oauth2" });
  const token = await client.clientCredentialsGrant(asReporting, { scope: "reports:read" });
  check(`a client's own token, proven by ${name}`, token.scope, "reports:read");
  const about = await client.tokenIntrospection(asReporting, token.access_token);
  check("introspection knows it", [about.active, about.client_id], [true, reporting.id]);
  await client.tokenRevocation(asReporting, token.access_token);
  const later = await client.tokenIntrospection(asReporting, token.access_token);
  check("and that it was revoked", later.active, false);
}
