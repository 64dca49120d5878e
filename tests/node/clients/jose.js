// jose verifies the gateway's tokens by its JWKS, as an upstream or another gateway would.
import { createRemoteJWKSet, jwtVerify } from "jose";
import { alice, audience, check, fails, gateway } from "./site.js";

const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", gateway));
const response = await fetch(`${gateway}/token`, { method: "POST", body: new URLSearchParams(alice) });
const { access_token: token } = await response.json();

const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: gateway, audience, typ: "at+jwt" });
check("the token is alice's", payload.sub, "alice");
check("it is signed with an asymmetric key", protectedHeader.alg, "ES256");
const [head, body, signature] = token.split(".");
const forged = [head, body, signature.slice(0, -6) + (signature.endsWith("AAAAAA") ? "BBBBBB" : "AAAAAA")].join(".");
await fails("a forged one does not verify", () => jwtVerify(forged, keys), (error) => error.code === "ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
