// Stripe's own library against the sandbox PSP: it must not be able to tell the two apart.
//   npm install stripe@23.1.0 && node docs/stripe-library.mjs http://localhost:5080/sandbox/psp
import Stripe from 'stripe';
import assert from 'node:assert';
import http from 'node:http';

const base = new URL(process.argv[2] ?? 'http://localhost:5080/sandbox/psp');
const run = Date.now().toString(36);
let held = 0;
const say = what => console.log(`${++held}. ${what}`);
const listen = server => new Promise(done => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const { StripeCardError, StripeIdempotencyError, StripeInvalidRequestError, StripeAuthenticationError, StripeSignatureVerificationError } = Stripe.errors;

// The library asks at the root of a host, and the sandbox lives below a path.
const forwarder = http.createServer((request, response) => {
  const forwarded = http.request(
    { host: base.hostname, port: base.port, path: base.pathname + request.url, method: request.method, headers: { ...request.headers, host: base.host } },
    answer => { response.writeHead(answer.statusCode, answer.headers); answer.pipe(response); });
  request.pipe(forwarded);
});
const port = await listen(forwarder);
const client = key => new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0 });
const stripe = client(process.argv[3] ?? 'sk_test_sandbox');

const session = more => ({
  mode: 'payment',
  line_items: [{ quantity: 2, price_data: { currency: 'usd', unit_amount: 1250, product_data: { name: 'Tea & "biscuits" ü' } } }],
  success_url: 'https://shop.example/ok?session={CHECKOUT_SESSION_ID}',
  cancel_url: 'https://shop.example/no',
  metadata: { a: '1', b: 'zwei' },
  payment_intent_data: { capture_method: 'automatic', metadata: { order: run } },
  ...more,
});
const intent = (amount, card, more) => ({ amount, currency: 'usd', payment_method: card, confirm: true, capture_method: 'automatic', allowed_payment_method_types: ['card'], ...more });

const made = await stripe.checkout.sessions.create(session(), { idempotencyKey: `key-${run}` });
assert.deepEqual([made.object, made.amount_total, made.status, made.payment_status, made.metadata.b], ['checkout.session', 2500, 'open', 'unpaid', 'zwei']);
assert.match(made.lastResponse.requestId, /^req_/);
say('a session with its request id');

const again = await stripe.checkout.sessions.create(session(), { idempotencyKey: `key-${run}` });
assert.deepEqual([again.id, again.lastResponse.headers['idempotent-replayed']], [made.id, 'true']);
say('the same key and body: the same session, marked as a replay');

await assert.rejects(stripe.checkout.sessions.create(session({ client_reference_id: 'other' }), { idempotencyKey: `key-${run}` }), error => error instanceof StripeIdempotencyError && error.statusCode === 400);
say('the same key with another body: StripeIdempotencyError');

const odd = [{ quantity: 1, price_data: { currency: 'xxx', unit_amount: 5, product_data: { name: 'x' } } }];
await assert.rejects(stripe.checkout.sessions.create(session({ line_items: odd })), error => error instanceof StripeInvalidRequestError && Boolean(error.param));
say('an unknown currency: StripeInvalidRequestError that names its parameter');

await assert.rejects(stripe.checkout.sessions.retrieve('cs_test_none'), error => error instanceof StripeInvalidRequestError && error.statusCode === 404 && error.code === 'resource_missing');
say('an unknown id: 404, resource_missing');

await assert.rejects(client('sk_test_wrong').balance.retrieve(), error => error instanceof StripeAuthenticationError && error.statusCode === 401);
say('a wrong key: StripeAuthenticationError');

await assert.rejects(
  stripe.paymentIntents.create(intent(1000, 'pm_card_chargeDeclinedInsufficientFunds')),
  error => error instanceof StripeCardError && error.decline_code === 'insufficient_funds' && error.payment_intent?.status === 'requires_payment_method');
say('a declined card: StripeCardError with decline code and intent');

const paid = await stripe.paymentIntents.create(intent(1000, 'pm_card_bypassPending', { expand: ['latest_charge.balance_transaction'] }));
const booked = paid.latest_charge.balance_transaction;
assert.deepEqual([paid.status, booked.object, booked.amount - booked.fee], ['succeeded', 'balance_transaction', booked.net]);
say('a paid intent, expanded two objects deep');

assert.equal((await stripe.checkout.sessions.retrieve(made.id, { expand: ['line_items'] })).line_items.data[0].quantity, 2);
say('a session with its lines');

for (let at = 0; at < 7; at++) await stripe.checkout.sessions.create(session({ client_reference_id: `page-${run}-${at}` }));
const seen = new Set();
for await (const one of stripe.checkout.sessions.list({ limit: 3 })) if (seen.add(one.id).size === 8) break;
assert.equal(seen.size, 8);
say('a list walked by itself, three to a page');

assert.equal((await stripe.checkout.sessions.expire(made.id)).status, 'expired');
await assert.rejects(stripe.checkout.sessions.expire(made.id), StripeInvalidRequestError);
say('a session expired, and that only once');

const refund = await stripe.refunds.create({ payment_intent: paid.id, amount: 400 });
assert.deepEqual([refund.status, refund.amount], ['succeeded', 400]);
await assert.rejects(stripe.refunds.create({ payment_intent: paid.id, amount: 700 }), StripeInvalidRequestError);
say('a refund, and no more than was paid');

assert.equal((await stripe.balance.retrieve()).object, 'balance');
assert.ok((await stripe.balanceTransactions.list({ limit: 5 })).data.length > 0);
assert.ok((await stripe.events.list({ limit: 10 })).data.some(event => event.type === 'charge.refunded'));
say('balance, its transactions, and events');

const deliveries = [];
const endpoint = http.createServer((request, response) => {
  let body = '';
  request.on('data', part => body += part);
  request.on('end', () => { deliveries.push({ body, signature: request.headers['stripe-signature'] }); response.writeHead(200).end(); });
});
const registered = await stripe.webhookEndpoints.create({ url: `http://127.0.0.1:${await listen(endpoint)}/hook`, enabled_events: ['*'] });
await stripe.paymentIntents.create(intent(2100, 'pm_card_visa'));
for (let turn = 0; turn < 300 && deliveries.length === 0; turn++) await new Promise(done => setTimeout(done, 100));
const { body, signature } = deliveries[0];
assert.equal(stripe.webhooks.constructEvent(body, signature, registered.secret).object, 'event');
assert.throws(() => stripe.webhooks.constructEvent(body + ' ', signature, registered.secret), StripeSignatureVerificationError);
await stripe.webhookEndpoints.del(registered.id);
say('a webhook that constructEvent believes, and a changed one that it does not');

console.log(`All ${held} held.`);
process.exit(0);
