// What the scripts of client libraries share: where the gateway is, who may log in, how a fact is checked.
// From the environment: GATEWAY (https://localhost:PORT); Node trusts its certificate by NODE_EXTRA_CA_CERTS.

export const gateway = process.env.GATEWAY;
export const alice = { username: "alice", password: process.env.ALICE_PASSWORD };
export const spa = { id: "spa" }; // public: password and refresh_token
export const reporting = { id: "reporting", secret: process.env.REPORTING_SECRET }; // client_credentials, introspection
export const audience = "legacy-apis";

export function check(what, seen, wanted) {
  if (JSON.stringify(seen) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: expected ${JSON.stringify(wanted)}, saw ${JSON.stringify(seen)}`);
  }
  console.log(`ok ${what}`);
}

/// The call has to fail; what the failure is goes to `judge`.
export async function fails(what, call, judge) {
  try {
    await call();
  } catch (error) {
    check(what, judge(error), true);
    return;
  }
  throw new Error(`${what}: it did not fail`);
}

/// The status of a protected call with this token.
export async function statusWith(token, path = "/api/x") {
  const response = await fetch(gateway + path, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}
