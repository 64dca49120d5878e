-- Checks a bearer token in nginx: HS256, `exp`, `iss`, `aud`, and the user as Redis has it, kept by this
-- worker for five seconds. What a careful team writes itself today.
local base64 = require "ngx.base64"
local cjson = require "cjson.safe"
local ffi = require "ffi"

ffi.cdef [[
const void *EVP_sha256(void);
unsigned char *HMAC(const void *md, const void *key, int key_length, const unsigned char *data, size_t length,
                    unsigned char *mac, unsigned int *mac_length);
int CRYPTO_memcmp(const void *a, const void *b, size_t length);
]]

local secret, issuer, audience = "@{secret}", "@{issuer}", "@{audience}"
local redis_port = @{redis_port}
local trusted_seconds = 5
local mac = ffi.new("unsigned char[32]")
local users = {}
local headers, header_count = {}, 0
local find, sub = string.find, string.sub

local function refuse()
  ngx.header["WWW-Authenticate"] = 'Bearer error="invalid_token"'
  ngx.header["Content-Length"] = 0
  ngx.status = 401
  ngx.send_headers()
  return ngx.exit(401)
end

local function signed_by_us(signed, signature)
  ffi.C.HMAC(ffi.C.EVP_sha256(), secret, #secret, signed, #signed, mac, nil)
  return #signature == 32 and ffi.C.CRYPTO_memcmp(mac, signature, 32) == 0
end

local function user_from_redis(name)
  local socket = ngx.socket.tcp()
  socket:settimeout(200)
  if not socket:connect("127.0.0.1", redis_port) then return nil end
  socket:send("*2\r\n$3\r\nGET\r\n$" .. #name + 4 .. "\r\nlua:" .. name .. "\r\n")
  local head = socket:receive()
  local length = head and tonumber(head:match("^%$(%d+)$"))
  local record = length and socket:receive(length + 2)
  if not record then return nil end
  socket:setkeepalive(60000, 64)
  return cjson.decode(record:sub(1, -3))
end

local function find_user(name)
  local now = ngx.now()
  local known = users[name]
  if known and now < known.until_time then return known.user end
  local user = user_from_redis(name)
  if user then users[name] = {user = user, until_time = now + trusted_seconds} end
  return user
end

-- Splitting by plain find: string.match would throw LuaJIT out of its compiled code.
local function split(token)
  local first = find(token, ".", 1, true)
  local second = first and find(token, ".", first + 1, true)
  if not second or find(token, ".", second + 1, true) then return nil end
  return sub(token, 1, first - 1), sub(token, first + 1, second - 1), sub(token, second + 1), sub(token, 1, second - 1)
end

-- All tokens of one issuer carry the same header: it is decoded once. Few are kept, since anybody can send one.
local function names_our_algorithm(encoded)
  local known = headers[encoded]
  if known == nil then
    local header = cjson.decode(base64.decode_base64url(encoded) or "")
    known = type(header) == "table" and header.alg == "HS256"
    if header_count == 64 then headers, header_count = {}, 0 end
    headers[encoded], header_count = known, header_count + 1
  end
  return known
end

local function check()
  local credentials = ngx.var.http_authorization
  if not credentials or sub(credentials, 1, 7) ~= "Bearer " then return refuse() end
  local header, payload, signature, signed = split(sub(credentials, 8))
  if not header or not names_our_algorithm(header) then return refuse() end
  if not signed_by_us(signed, base64.decode_base64url(signature) or "") then return refuse() end
  local claims = cjson.decode(base64.decode_base64url(payload) or "")
  if type(claims) ~= "table" or type(claims.exp) ~= "number" or type(claims.sub) ~= "string" then return refuse() end
  if claims.exp < ngx.time() or claims.iss ~= issuer or claims.aud ~= audience then return refuse() end
  local user = find_user(claims.sub)
  if not user or user.disabled then return refuse() end
  ngx.req.set_header("X-Forwarded-User", claims.sub)
  ngx.req.set_header("X-Auth-Scopes", claims.scope)
  ngx.req.clear_header("Authorization")
end

return {check = check}
