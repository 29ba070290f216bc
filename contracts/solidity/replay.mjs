// Repeats what tests did on their chains on @ethereumjs/vm and compares status, gas, output, logs and
// the last state. Its argument is a file that SecondMachine wrote: a list of {name, run}.
import { readFileSync } from "node:fs";
import { createBlock } from "@ethereumjs/block";
import { Mainnet, createCustomCommon } from "@ethereumjs/common";
import { createTxFromRLP } from "@ethereumjs/tx";
import {
  Account, bytesToHex, createAddressFromString, hexToBytes,
} from "@ethereumjs/util";
import { createVM, runTx } from "@ethereumjs/vm";

const scenarios = JSON.parse(readFileSync(process.argv[2], "utf8"));
const counts = { scenarios: 0, transactions: 0, calls: 0, accounts: 0, slots: 0 };
const differences = [];

class Replay {
  constructor(name, run) {
    this.name = name;
    this.fork = run.fork;
    this.hashes = {};
    // BLOCKHASH asks for the block; only its hash matters
    const hash = (number) => {
      const known = this.hashes[number];
      if (known === undefined) throw new Error(`${this.name}: nobody asked for the hash of ${number}`);
      return hexToBytes(known);
    };
    this.blockchain = {
      async getBlock(number) {
        return { hash: () => hash(number) };
      },
      async putBlock() {},
      shallowCopy() {
        return this;
      },
    };
  }

  async on(chainId) {
    this.common = createCustomCommon({ chainId }, Mainnet, { hardfork: this.fork });
    const state = this.vm?.stateManager;
    this.vm = await createVM({
      common: this.common,
      blockchain: this.blockchain,
      ...(state ? { stateManager: state } : {}),
    });
    this.state = this.vm.stateManager;
  }

  expect(what, ours, theirs) {
    if (ours !== theirs) differences.push(`${this.name}: ${what}: ours ${ours}, theirs ${theirs}`);
  }

  async edit(step) {
    const address = createAddressFromString(step.address);
    const account = (await this.state.getAccount(address)) ?? new Account();
    account.nonce = BigInt(step.nonce);
    account.balance = BigInt(step.balance);
    await this.state.putAccount(address, account);
    if (step.code) await this.state.putCode(address, hexToBytes(step.code));
  }

  async block(step) {
    this.hashes = step.hashes;
    const history = createAddressFromString("0x0000f90827f1c53a10cb7a02335b175320002935");
    for (const [slot, value] of Object.entries(step.history)) {
      await this.state.putStorage(history, hexToBytes(slot), hexToBytes(value));
    }
    const header = {
      number: step.number,
      timestamp: step.timestamp,
      coinbase: createAddressFromString(step.coinbase),
      gasLimit: step.gasLimit,
      ...(step.baseFee === undefined ? {} : { baseFeePerGas: BigInt(step.baseFee) }),
      ...(step.prevRandao === undefined ? { difficulty: 1n } : { mixHash: hexToBytes(step.prevRandao) }),
    };
    return createBlock({ header }, { common: this.common, setHardfork: false, skipConsensusFormatValidation: true });
  }

  async transactions(step) {
    const block = await this.block(step);
    for (const [index, each] of step.transactions.entries()) {
      const what = `transaction ${index} of block ${step.number}`;
      const tx = createTxFromRLP(hexToBytes(each.raw), { common: this.common });
      this.expect(`${what}, sender`, each.sender, tx.getSenderAddress().toString());
      const result = await runTx(this.vm, { tx, block, skipHardForkValidation: true, skipBlockGasLimitValidation: true });
      const failure = result.execResult.exceptionError;
      this.expect(`${what}, success`, each.success, failure === undefined);
      this.expect(`${what}, gas`, BigInt(each.gasUsed), result.totalGasSpent);
      if (each.created === "" || !each.success) {
        this.expect(`${what}, output`, each.output, output(result.execResult));
      }
      if (each.created !== "" && each.success) {
        this.expect(`${what}, created`, each.created, result.createdAddress?.toString());
      }
      const logs = failure === undefined ? (result.execResult.logs ?? []) : [];
      const theirs = logs.map(([address, topics, data]) => ({
        address: bytesToHex(address), topics: topics.map(bytesToHex), data: bytesToHex(data),
      }));
      this.expect(`${what}, logs`, JSON.stringify(each.logs), JSON.stringify(theirs));
      counts.transactions++;
    }
  }

  async call(step) {
    const block = await this.block(step);
    await this.state.checkpoint();
    const result = await this.vm.evm.runCall({
      block,
      caller: createAddressFromString(step.from),
      to: createAddressFromString(step.to),
      data: hexToBytes(step.data),
      gasLimit: 30_000_000n,
    });
    await this.state.revert();
    this.vm.evm.journal.cleanup && (await this.vm.evm.journal.cleanup());
    const what = `call of ${step.to} after block ${step.number - 1}`;
    this.expect(`${what}, success`, step.success, result.execResult.exceptionError === undefined);
    this.expect(`${what}, output`, step.output, output(result.execResult));
    counts.calls++;
  }

  async lastState(state) {
    for (const [text, expected] of Object.entries(state)) {
      const address = createAddressFromString(text);
      const account = (await this.state.getAccount(address)) ?? new Account();
      this.expect(`balance of ${text}`, BigInt(expected.balance), account.balance);
      this.expect(`nonce of ${text}`, BigInt(expected.nonce), account.nonce);
      this.expect(`code hash of ${text}`, expected.codeHash, bytesToHex(account.codeHash));
      for (const [slot, value] of Object.entries(expected.storage)) {
        const theirs = await this.state.getStorage(address, hexToBytes(slot));
        this.expect(`slot ${slot} of ${text}`, BigInt(value), theirs.length ? BigInt(bytesToHex(theirs)) : 0n);
        counts.slots++;
      }
      counts.accounts++;
    }
  }
}

// an exceptional halt returns nothing, whatever the machine leaves in its buffer
function output({ exceptionError, returnValue }) {
  return exceptionError && exceptionError.error !== "revert" ? "0x" : bytesToHex(returnValue);
}

for (const { name, run } of scenarios) {
  const replay = new Replay(name, run);
  await replay.on(run.chainId);
  for (const step of run.steps) {
    if (step.kind === "edit") await replay.edit(step);
    else if (step.kind === "split") await replay.on(step.chainId);
    else if (step.kind === "block") await replay.transactions(step);
    else if (step.kind === "call") await replay.call(step);
    else throw new Error(`unknown step ${step.kind}`);
  }
  await replay.lastState(run.state);
  counts.scenarios++;
}
for (const difference of differences.slice(0, 20)) console.log(difference);
console.log(
  `${counts.scenarios} scenarios on @ethereumjs/vm: ${counts.transactions} transactions, ${counts.calls} calls, ` +
    `${counts.accounts} accounts and ${counts.slots} slots compared, ${differences.length} differences`,
);
process.exit(differences.length === 0 ? 0 : 1);
