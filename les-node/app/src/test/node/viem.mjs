// viem v2: deploy, call, events by log query, filters and subscription, a followed transaction, errors.
import { createPublicClient, createWalletClient, defineChain, http as overHttp, parseAbiItem, webSocket } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { abi, bytecode, expectation, http, key, refused, same, step, ws } from './check.mjs';

const chain = defineChain({
  id: 1337,
  name: 'dev',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [http], webSocket: [ws] } },
});
const account = privateKeyToAccount(key);
const reader = createPublicClient({ chain, transport: overHttp(http), pollingInterval: 200, cacheTime: 0 });
const live = createPublicClient({ chain, transport: webSocket(ws) });
const writer = createWalletClient({ account, chain, transport: overHttp(http) });

await step('network', async () => same(await reader.getChainId(), 1337, 'chain id'));

const address = await step('deploy', async () => {
  const hash = await writer.deployContract({ abi, bytecode, args: ['viem'] });
  const receipt = await reader.waitForTransactionReceipt({ hash, timeout: 20_000 });
  same(receipt.status, 'success', 'status');
  return receipt.contractAddress;
});
const contract = { address, abi };

await step('call', async () => {
  same(await reader.readContract({ ...contract, functionName: 'name' }), 'viem', 'name');
  same(await reader.readContract({ ...contract, functionName: 'total' }), 0, 'total');
});

const heads = expectation();
const pushed = expectation();
const polled = expectation();
const filter = await step('subscribe', async () => {
  live.watchBlocks({ onBlock: heads.complete, emitMissed: false, onError: console.error });
  live.watchContractEvent({ ...contract, eventName: 'Added', onLogs: (logs) => pushed.complete(logs[0]) });
  reader.watchContractEvent({ ...contract, eventName: 'Added', poll: true, onLogs: (logs) => polled.complete(logs[0]) });
  await live.request({ method: 'eth_chainId' });
  return reader.createContractEventFilter({ ...contract, eventName: 'Added', args: { by: account.address } });
});
const blocks = await step('block filter', () => reader.createBlockFilter());

const receipt = await step('send and follow a transaction', async () => {
  const { request, result } = await reader.simulateContract({ ...contract, account, functionName: 'add', args: [42n, 'first'] });
  same(result, 42, 'simulated total');
  const hash = await writer.writeContract(request);
  const mined = await reader.waitForTransactionReceipt({ hash, timeout: 20_000 });
  same(mined.status, 'success', 'status');
  const found = await reader.getTransaction({ hash });
  same(found.blockNumber, mined.blockNumber, 'block of the transaction');
  same(await reader.readContract({ ...contract, functionName: 'total' }), 42, 'total');
  return mined;
});

await step('event over WebSocket', async () => {
  const event = await pushed.seen;
  same(event.args.by, account.address, 'by');
  same(event.args.amount, 42, 'amount');
});
await step('event by polling', async () => same((await polled.seen).args.amount, 42, 'amount'));
await step('new head over WebSocket', async () => {
  if ((await heads.seen).number < receipt.blockNumber) throw new Error('an old head');
});

await step('filters', async () => {
  let changes = [];
  while (changes.length === 0) {
    changes = await reader.getFilterChanges({ filter });
  }
  same(changes[0].args.note, 'first', 'note');
  same((await reader.getFilterChanges({ filter })).length, 0, 'nothing new');
  same((await reader.getFilterChanges({ filter: blocks })).includes(receipt.blockHash), true, 'new block');
  same(await reader.uninstallFilter({ filter }), true, 'uninstalled');
  await refused(reader.getFilterChanges({ filter }), /filter not found/);
});

await step('events by log query', async () => {
  const logs = await reader.getContractEvents({ ...contract, eventName: 'Added', args: { amount: 42n }, fromBlock: 0n });
  same(logs.length, 1, 'events');
  same(logs[0].transactionHash, receipt.transactionHash, 'transaction');
});

await step('revert texts', async () => {
  const call = { ...contract, account, functionName: 'add' };
  await refused(reader.simulateContract({ ...call, args: [0n, ''] }), /nothing to add/);
  const custom = await refused(reader.simulateContract({ ...call, args: [101n, ''] }), /TooMuch/);
  same(custom.cause.data.args[0], 101, 'asked');
  await refused(reader.estimateContractGas({ ...call, args: [0n, ''] }), /nothing to add/);
});

await step('errors of the pool', async () => {
  await refused(
    writer.sendTransaction({ to: address, nonce: 0, gas: 100_000n, type: 'eip1559', maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n }),
    /nonce too low|lower than the current nonce/i);
});

await step('fees, proof, access list, state override', async () => {
  const [fees, history, proof, list, overridden] = await Promise.all([
    reader.estimateFeesPerGas(),
    reader.getFeeHistory({ blockCount: 2, rewardPercentiles: [10, 50] }),
    reader.getProof({ address, storageKeys: [`0x${'0'.repeat(64)}`] }),
    reader.createAccessList({ account, to: address, data: '0x2ddbd13a' }),
    reader.readContract({
      ...contract, functionName: 'total',
      stateOverride: [{ address, stateDiff: [{ slot: `0x${'0'.repeat(64)}`, value: `0x${'0'.repeat(62)}07` }] }],
    }),
  ]);
  if (fees.maxFeePerGas <= 0n) throw new Error('no fee');
  same(history.reward.length, 2, 'rewards');
  same(proof.storageProof[0].value, 42, 'proven slot');
  same(list.accessList[0].storageKeys.length, 1, 'slots in the access list');
  same(overridden, 7, 'overridden total');
});

await step('topic of the event', async () => {
  const logs = await reader.getLogs({
    event: parseAbiItem('event Added(address indexed by, uint256 indexed amount, uint256 total, string note)'),
    blockHash: receipt.blockHash,
  });
  same(logs.length, 1, 'logs in the block');
});
console.log('viem: all right');
process.exit(0);
