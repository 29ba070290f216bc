// web3.js v4: deploy, call, events by log query and subscription, a followed transaction, errors.
import { Web3 } from 'web3';
import { abi, bytecode, expectation, http, key, refused, same, step, ws } from './check.mjs';

const web3 = new Web3(http);
web3.transactionPollingInterval = 200;
const live = new Web3(ws);
const account = web3.eth.accounts.privateKeyToAccount(key);
web3.eth.accounts.wallet.add(account);

await step('network', async () => same(await web3.eth.getChainId(), 1337, 'chain id'));

const counter = await step('deploy', () =>
  new web3.eth.Contract(abi).deploy({ data: bytecode, arguments: ['web3'] }).send({ from: account.address }));
const address = counter.options.address;

await step('call', async () => {
  same(await counter.methods.name().call(), 'web3', 'name');
  same(await counter.methods.total().call(), 0, 'total');
});

const heads = expectation();
const pushed = expectation();
const pending = expectation();
await step('subscribe', async () => {
  const subscriptions = await Promise.all([
    live.eth.subscribe('newBlockHeaders'),
    live.eth.subscribe('logs', { address }),
    live.eth.subscribe('syncing'),
    live.eth.subscribe('pendingTransactions'),
  ]);
  subscriptions[0].on('data', heads.complete);
  subscriptions[1].on('data', pushed.complete);
  subscriptions[3].on('data', pending.complete);
  subscriptions.forEach((subscription) => subscription.on('error', console.error));
});

const receipt = await step('send and follow a transaction', async () => {
  const confirmed = expectation();
  const sending = counter.methods.add(42, 'first').send({ from: account.address });
  sending.on('receipt', confirmed.complete);
  const mined = await sending;
  same(mined.status, 1, 'status');
  same((await confirmed.seen).transactionHash, mined.transactionHash, 'receipt event');
  const found = await web3.eth.getTransaction(mined.transactionHash);
  same(found.blockNumber, mined.blockNumber, 'block of the transaction');
  same(await counter.methods.total().call(), 42, 'total');
  return mined;
});

await step('event over WebSocket', async () => {
  const event = await pushed.seen;
  same(event.transactionHash, receipt.transactionHash, 'transaction');
  same(event.removed ?? false, false, 'removed');
});
await step('new head over WebSocket', async () => {
  if (BigInt((await heads.seen).number) < receipt.blockNumber) throw new Error('an old head');
});
await step('own pending transaction over WebSocket', async () =>
  same(await pending.seen, receipt.transactionHash, 'pending'));

await step('events by log query', async () => {
  const events = await counter.getPastEvents('Added', { filter: { amount: 42 }, fromBlock: 0, toBlock: 'latest' });
  same(events.length, 1, 'events');
  same(events[0].returnValues.note, 'first', 'note');
});

await step('revert texts', async () => {
  await refused(counter.methods.add(0, '').call({ from: account.address }), /nothing to add/);
  await refused(counter.methods.add(101, '').call({ from: account.address }), /TooMuch/);
  await refused(counter.methods.add(0, '').estimateGas({ from: account.address }), /nothing to add/);
});

await step('errors of the pool', async () => {
  const signed = await account.signTransaction({
    to: account.address, nonce: 0, gas: 100_000, gasPrice: 10n ** 10n, chainId: 1337, value: 0,
  });
  await refused(web3.eth.sendSignedTransaction(signed.rawTransaction), /nonce too low/);
});

await step('state and fees', async () => {
  const [fees, history, balance, proof, syncing, count] = await Promise.all([
    web3.eth.calculateFeeData(),
    web3.eth.getFeeHistory(2, 'latest', [50]),
    web3.eth.getBalance(account.address),
    web3.eth.getProof(address, [`0x${'0'.repeat(64)}`], 'latest'),
    web3.eth.isSyncing(),
    web3.eth.getBlockTransactionCount(receipt.blockNumber),
  ]);
  if (fees.gasPrice <= 0n || balance <= 0n || history.reward.length !== 2) throw new Error('fees or balance');
  same(proof.storageProof[0].value, 42, 'proven slot');
  same(syncing, false, 'syncing');
  same(count, 1, 'transactions in the block');
});

await step('end', () => live.provider.disconnect());
console.log('web3.js: all right');
process.exit(0);
