-- What bench_orders.mjs lets wrk send: one order a request, each under its own key, by one shopper after the
-- other (their order is shuffled there). No answer is looked at here: that would cost more than the sending.
local function lines(name)
  local list = {}
  for line in io.lines(os.getenv(name)) do list[#list + 1] = line end
  return list
end

local shoppers, variants = lines('BENCH_SHOPPERS'), lines('BENCH_VARIANTS')
local run, sent = os.getenv('BENCH_RUN'), tonumber(os.getenv('BENCH_FIRST'))
local head = 'POST /api/v1/shops/bench/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' ..
  'Authorization: Bearer %s\r\nIdempotency-Key: %s-%d\r\nContent-Length: %d\r\n\r\n%s'
local body = '{"lines":[{"variant":"%s","quantity":1}],"email":"shopper%d@bench.example","country":"NL",' ..
  '"name":"Shopper %d","line1":"Prinsengracht %d","postcode":"1015 DV","city":"Amsterdam"}'

function request()
  sent = sent + 1
  local who = sent % #shoppers + 1
  local json = body:format(variants[math.random(#variants)], who, who, who % 900 + 1)
  return head:format(shoppers[who], run, sent, #json, json)
end
