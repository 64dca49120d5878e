// simple-oauth2 against the gateway: password, refresh, client credentials, revocation.
import simple from "simple-oauth2";
import { alice, check, fails, gateway, reporting, statusWith } from "./site.js";

const auth = { tokenHost: gateway, tokenPath: "/token", refreshPath: "/token", revokePath: "/revoke" };
// A confidential client: this library always sends a secret.
const withSecret = { client: { id: "webapp", secret: process.env.WEBAPP_SECRET }, auth };

const passwords = new simple.ResourceOwnerPassword(withSecret);
const login = await passwords.getToken(alice);
check("alice is logged in", [login.expired(), login.token.token_type], [false, "bearer"]);
check("her token opens the API", await statusWith(login.token.access_token), 200);

const renewed = await login.refresh();
check("the refreshed token opens the API", await statusWith(renewed.token.access_token), 200);
await renewed.revokeAll();
check("revoked, it opens nothing", await statusWith(renewed.token.access_token), 401);

await fails(
  "a wrong password is refused with what RFC 6749 says",
  () => passwords.getToken({ ...alice, password: "not hers" }),
  (error) => error.output.statusCode === 400 && error.data.payload.error === "invalid_grant",
);

const own = new simple.ClientCredentials({ client: { id: reporting.id, secret: reporting.secret }, auth });
const token = await own.getToken({ scope: "reports:read" });
check("a client's own token", token.token.scope, "reports:read");
