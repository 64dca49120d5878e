// @badgateway/oauth2-client against the gateway, found by its metadata.
import { OAuth2Client } from "@badgateway/oauth2-client";
import { alice, check, fails, gateway, reporting, spa, statusWith } from "./site.js";

const discoveryEndpoint = "/.well-known/oauth-authorization-server";
const asSpa = new OAuth2Client({ server: gateway, clientId: spa.id, discoveryEndpoint });

const login = await asSpa.password(alice);
check("alice is logged in", await statusWith(login.accessToken), 200);
check("her token has an end", login.expiresAt > Date.now(), true);
const renewed = await asSpa.refreshToken(login);
check("the refreshed token opens the API", await statusWith(renewed.accessToken), 200);
await asSpa.revoke(renewed, "refresh_token");
await fails("a revoked refresh token is refused", () => asSpa.refreshToken(renewed), (error) => error.oauth2Code === "invalid_grant");

const asReporting = new OAuth2Client({
  server: gateway,
  clientId: reporting.id,
  clientSecret: reporting.secret,
  discoveryEndpoint,
});
const own = await asReporting.clientCredentials({ scope: ["reports:read"] });
const about = await asReporting.introspect(own);
check("introspection knows the client's own token", about.active, true);
