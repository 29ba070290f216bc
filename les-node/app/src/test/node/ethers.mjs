// ethers v6: deploy, call, events by log query, polling filter and subscription, a followed transaction, errors.
import { Contract, ContractFactory, JsonRpcProvider, NonceManager, Wallet, WebSocketProvider } from 'ethers';
import { abi, bytecode, expectation, http, key, refused, same, step, ws } from './check.mjs';

const provider = new JsonRpcProvider(http, undefined, { polling: false, pollingInterval: 200 });
const socket = new WebSocketProvider(ws);
const wallet = new Wallet(key, provider);
const signer = new NonceManager(wallet);

await step('network', async () => same((await provider.getNetwork()).chainId, 1337, 'chain id'));

const counter = await step('deploy', async () => {
  const deployed = await new ContractFactory(abi, bytecode, signer).deploy('ethers');
  await deployed.waitForDeployment();
  return deployed;
});
const address = await counter.getAddress();

await step('call', async () => {
  same(await counter.name(), 'ethers', 'name');
  same(await counter.total(), 0, 'total');
});

const heads = expectation();
const pushed = expectation();
const polled = expectation();
await step('subscribe', async () => {
  await socket.on('block', heads.complete);
  await new Contract(address, abi, socket).on('Added', (by, amount, total) => pushed.complete({ by, amount, total }));
  await counter.on('Added', (by, amount, total) => polled.complete({ by, amount, total }));
  await socket.send('eth_chainId', []); // the subscriptions were sent before this
});

const receipt = await step('send and follow a transaction', async () => {
  const sent = await counter.add(42, 'first');
  const mined = await sent.wait(1, 20_000);
  same(mined.status, 1, 'status');
  const found = await provider.getTransaction(sent.hash);
  same(found.blockNumber, mined.blockNumber, 'block of the transaction');
  same(await counter.total(), 42, 'total');
  return mined;
});

await step('event over WebSocket', async () => {
  const event = await pushed.seen;
  same(event.by, wallet.address, 'by');
  same(event.amount, 42, 'amount');
  same(event.total, 42, 'total');
});
await step('event by polling a filter', async () => same((await polled.seen).amount, 42, 'amount'));
await step('new head over WebSocket', async () => {
  if ((await heads.seen) < receipt.blockNumber) throw new Error('an old head');
});

await step('events by log query', async () => {
  const events = await counter.queryFilter(counter.filters.Added(wallet.address, 42), 0, 'latest');
  same(events.length, 1, 'events');
  same(events[0].args.note, 'first', 'note');
  same(events[0].transactionHash, receipt.hash, 'transaction');
});

await step('revert texts', async () => {
  await refused(counter.add.staticCall(0, ''), /nothing to add/);
  const custom = await refused(counter.add.staticCall(101, ''), /TooMuch/);
  same(custom.revert.args[0], 101, 'asked');
  await refused(counter.add.estimateGas(0, ''), /nothing to add/);
});

await step('errors of the pool', async () => {
  await refused(wallet.sendTransaction({ to: address, nonce: 0, gasLimit: 100_000 }), /nonce too low|nonce has already been used/);
});

await step('state', async () => {
  const [fees, balance, nonce, block, proof] = await Promise.all([
    provider.getFeeData(),
    provider.getBalance(wallet.address),
    provider.getTransactionCount(wallet.address),
    provider.getBlock(receipt.blockNumber, true),
    provider.send('eth_getProof', [address, ['0x0'], 'latest']),
  ]);
  if (fees.maxFeePerGas <= 0n || balance <= 0n || nonce < 2) throw new Error('fees, balance or nonce');
  if ((await provider.getBlockNumber()) < block.number) throw new Error('the latest block is older');
  same(block.prefetchedTransactions[0].hash, receipt.hash, 'transaction in the block');
  same(BigInt(proof.storageProof[0].value), 42, 'proven slot');
});

await step('end', async () => {
  await counter.removeAllListeners();
  await socket.destroy();
  provider.destroy();
});
console.log('ethers: all right');
process.exit(0);
