package io.lesnode.contracts.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.CallExecutor;
import io.lesnode.evm.ExecutionFailure;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.Message;
import io.lesnode.evm.TransactionExecutor;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.TransactionRejectedException.Reason;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A chain in this process on our own virtual machine: real signed transactions with their real gas,
 * logs and revert data, every state kept, time, block hashes and reorganisations at the test's
 * command.
 *
 * <pre>{@code
 * ContractChain chain = ContractChain.of(Fork.SHANGHAI);
 * KeyPair alice = chain.account(1); // has 1,000 ether
 * Address book = chain.deploy(alice, ContractArtifact.ACCOUNT_BOOK_2.bytecode());
 * Sent sent = chain.send(alice, book, ether(1), data).succeeded(); // in a block of its own
 * long before = chain.number();
 * chain.mine(7_200);
 * chain.revertTo(before); // the last 7,200 blocks never were; later ones get other hashes
 * }</pre>
 *
 * <p>Blocks cost nothing until they hold something: mining a hundred thousand takes microseconds.
 * There are no tries, so neither state roots nor headers; whoever wants proofs uses the module
 * {@code chain}. Gas costs one gwei, of which 7 wei are burnt. All methods lock, so that threads of
 * a driver under test may share a chain.
 */
public final class ContractChain {
  /** The chain id of a new chain. */
  public static final long CHAIN_ID = 1337;

  /** Where EIP-2935 has its contract. */
  public static final Address HISTORY_CONTRACT =
      Address.fromHex("0x0000f90827f1c53a10cb7a02335b175320002935");

  /** One ether in wei. */
  public static final UInt256 ETHER = UInt256.valueOf(1_000_000_000_000_000_000L);

  /** Who gets the tips. */
  public static final Address COINBASE =
      Address.fromHex("0x0000000000000000000000000000000000c01bae");

  /** What every transaction pays. */
  public static final UInt256 GAS_PRICE = UInt256.valueOf(1_000_000_000L);

  private static final UInt256 BASE_FEE = UInt256.valueOf(7);
  private static final long BLOCK_GAS = 30_000_000;
  private static final long SECONDS_PER_BLOCK = 12;
  private static final long GENESIS_SECONDS = 1_700_000_000;
  private static final UInt256 FUNDS = ETHER.multiply(UInt256.valueOf(1_000));

  private final Fork fork;
  private final CodeCache codes = new CodeCache(1 << 22);
  private final WorldHistory world = new WorldHistory();
  private final BlockHistory history = new BlockHistory(GENESIS_SECONDS, SECONDS_PER_BLOCK);
  private final Map<Long, List<Sent>> blocks = new HashMap<>();
  private final Map<Bytes32, Sent> receipts = new HashMap<>();
  private final List<Transaction> pending = new ArrayList<>();
  private final Map<Address, KeyPair> funded = new HashMap<>();
  private final Recording recording;
  private UInt256 chainId = UInt256.valueOf(CHAIN_ID);
  private boolean keepsHashes;
  private long number;

  private ContractChain(Fork fork, boolean recorded) {
    this.fork = fork;
    recording = new Recording(recorded);
  }

  /** A new chain at block 0 under the rules of {@code fork}. */
  public static ContractChain of(Fork fork) {
    return new ContractChain(fork, false);
  }

  /** As {@link #of}, but remembers all that happens. */
  static ContractChain recorded(Fork fork) {
    return new ContractChain(fork, true);
  }

  /** A new chain under the rules of Shanghai. */
  public static ContractChain shanghai() {
    return of(Fork.SHANGHAI);
  }

  /** The rules in force. */
  public Fork fork() {
    return fork;
  }

  /**
   * Installs the contract of EIP-2935, which answers with the hashes of the last 8,191 blocks;
   * later than Cancun by the calendar, so not part of a fork here. Its code needs Shanghai.
   */
  public synchronized ContractChain withHashHistory() {
    if (!fork.isAtLeast(Fork.SHANGHAI)) {
      throw new IllegalStateException("the contract of EIP-2935 needs PUSH0, so Shanghai");
    }
    edit(state -> state.setCode(HISTORY_CONTRACT, HashHistory.CODE));
    keepsHashes = true;
    return this;
  }

  // Accounts

  /** The key pair of test account {@code index}, funded with 1,000 ether when first asked for. */
  public synchronized KeyPair account(int index) {
    KeyPair key = KeyPair.ofSecret(hash("account " + index));
    if (funded.putIfAbsent(key.address(), key) == null) {
      fund(key.address(), FUNDS);
    }
    return key;
  }

  /** Gives ether to an address, as part of the latest state. */
  public synchronized void fund(Address address, UInt256 wei) {
    edit(state -> state.addBalance(address, wei));
  }

  /** Puts code at an address, as part of the latest state. */
  public synchronized void setCode(Address address, Bytes code) {
    edit(state -> state.setCode(address, code));
  }

  private void edit(Consumer<JournaledState> change) {
    JournaledState state = state(number);
    change.accept(state);
    state.finishTransaction(fork);
    world.commit(number, state.changes());
    recording.edit(number, state.changes());
  }

  // Time

  /** The number of the latest block. */
  public synchronized long number() {
    return number;
  }

  /** The time of the latest block in seconds. */
  public synchronized long timestamp() {
    return history.timestamp(number);
  }

  /** The time of a block in seconds. */
  public synchronized long timestamp(long block) {
    return history.timestamp(block);
  }

  /** The hash of a block up to the latest. */
  public synchronized Bytes32 blockHash(long block) {
    if (block < 0 || block > number) {
      throw new IllegalArgumentException("there is no block " + block);
    }
    return history.hash(block);
  }

  /** Sets the hash of a block that is yet to come. */
  public synchronized void fixHash(long block, Bytes32 hash) {
    if (block <= number) {
      throw new IllegalArgumentException("block " + block + " is there already");
    }
    history.fixHash(block, hash);
  }

  /** Makes the next block come {@code seconds} later than it would. */
  public synchronized void warp(long seconds) {
    history.warp(number + 1, seconds);
  }

  /** Adds {@code count} blocks, 12 seconds apart; the first holds what was submitted. */
  public synchronized void mine(long count) {
    if (count <= 0) {
      return;
    }
    seal();
    number += count - 1;
  }

  /**
   * Makes the blocks after {@code block} undone, with their state and receipts; later blocks will
   * have other hashes.
   *
   * @return the transactions that they held, in order, to be submitted again or not
   */
  public synchronized List<Transaction> revertTo(long block) {
    List<Transaction> undone = new ArrayList<>();
    for (Sent sent : blocksBetween(block + 1, number)) {
      undone.add(sent.transaction());
      receipts.remove(sent.hash());
    }
    blocks.keySet().removeIf(each -> each > block);
    world.cutAfter(block);
    history.cutAfter(block);
    recording.cutAfter(block);
    number = block;
    return List.copyOf(undone);
  }

  /** From now on another chain id: the chain has split and this is the other part. */
  public synchronized void split(long newChainId) {
    chainId = UInt256.valueOf(newChainId);
    recording.split(number, chainId);
  }

  /** The chain id in force. */
  public synchronized UInt256 chainId() {
    return chainId;
  }

  // Transactions

  /** A signed transaction with the sender's next nonce and much gas. */
  public synchronized Transaction sign(
      KeyPair from, @Nullable Address to, UInt256 value, Bytes data) {
    long waiting = pending.stream().filter(tx -> tx.sender().equals(from.address())).count();
    return Transaction.builder(
            fork.isAtLeast(Fork.LONDON) ? TransactionType.DYNAMIC_FEE : TransactionType.LEGACY)
        .chainId(chainId)
        .nonce(nonce(from.address()) + waiting)
        .gasPrice(GAS_PRICE)
        .gasLimit(BLOCK_GAS / 2)
        .to(to)
        .value(value)
        .data(data)
        .sign(from);
  }

  /** Queues a transaction for the next block. */
  public synchronized void submit(Transaction transaction) {
    pending.add(transaction);
  }

  /** Executes a transaction in a new block, after whatever was submitted before. */
  public synchronized Sent send(Transaction transaction) {
    submit(transaction);
    mine(1);
    Sent sent = receipts.get(transaction.hash());
    if (sent == null) {
      throw new AssertionError("the block did not take the transaction");
    }
    return sent;
  }

  /** Signs and executes a call in a new block. */
  public Sent send(KeyPair from, Address to, UInt256 value, Bytes data) {
    account(from);
    return send(sign(from, to, value, data));
  }

  /** Signs and executes a call without value in a new block. */
  public Sent send(KeyPair from, Address to, Bytes data) {
    return send(from, to, UInt256.ZERO, data);
  }

  /** Signs and executes a creation in a new block. */
  public Address deploy(KeyPair from, Bytes initCode) {
    return Objects.requireNonNull(create(from, UInt256.ZERO, initCode).succeeded().created());
  }

  /** As {@link #deploy} but with value and the result whatever it is. */
  public Sent create(KeyPair from, UInt256 value, Bytes initCode) {
    account(from);
    return send(sign(from, null, value, initCode));
  }

  private synchronized void account(KeyPair from) {
    if (balance(from.address()).isZero()) {
      fund(from.address(), FUNDS);
    }
  }

  /**
   * What a view returns, on the latest state in a block on top of it.
   *
   * @throws CallRevertedException if it does not return
   */
  public Bytes call(Address to, Bytes data) {
    return call(Address.ZERO, to, data, number());
  }

  /** As {@link #call(Address, Bytes)}, but by {@code from} on the state after {@code block}. */
  public synchronized Bytes call(Address from, Address to, Bytes data, long block) {
    try {
      BlockContext context = context(block + 1);
      ExecutionResult result =
          new CallExecutor(chainId, codes)
              .call(
                  Message.call(from, to, BLOCK_GAS, UInt256.ZERO, data),
                  context,
                  state(block),
                  new Cancellation());
      if (block == number) {
        recording.call(context, from, to, data, result.succeeded(), result.returnData());
      }
      ExecutionFailure failure = result.failure();
      if (failure != null) {
        throw new CallRevertedException(failure.message(), result.returnData());
      }
      return result.returnData();
    } catch (TransactionRejectedException e) {
      throw new AssertionError(e);
    }
  }

  // Reads

  /** The receipt of a transaction that is in a block. */
  public synchronized Optional<Sent> receipt(Bytes32 transactionHash) {
    return Optional.ofNullable(receipts.get(transactionHash));
  }

  /** The transactions that wait for a block. */
  public synchronized List<Transaction> pending() {
    return List.copyOf(pending);
  }

  /** What the blocks from {@code from} to {@code to} hold, in order. */
  public synchronized List<Sent> blocksBetween(long from, long to) {
    return blocks.keySet().stream()
        .filter(block -> block >= from && block <= to)
        .sorted()
        .flatMap(block -> blocks.get(block).stream())
        .toList();
  }

  /** The logs of {@code address} in the blocks from {@code from} to {@code to}, in order. */
  public List<Log> logs(Address address, long from, long to) {
    return blocksBetween(from, to).stream()
        .flatMap(sent -> sent.logs().stream())
        .filter(log -> log.address().equals(address))
        .toList();
  }

  /** A storage slot in the latest state. */
  public UInt256 storage(Address address, UInt256 slot) {
    return storage(address, slot, number());
  }

  /** A storage slot in the state after {@code block}. */
  public synchronized UInt256 storage(Address address, UInt256 slot, long block) {
    return world.storage(address, slot, block);
  }

  /** The balance in the latest state, in wei. */
  public UInt256 balance(Address address) {
    return balance(address, number());
  }

  /** The balance in the state after {@code block}, in wei. */
  public UInt256 balance(Address address, long block) {
    return accountAt(address, block).balance();
  }

  /** The next nonce of an account in the latest state. */
  public long nonce(Address address) {
    return accountAt(address, number()).nonce();
  }

  /** The next nonce of an account in the state after {@code block}. */
  public long nonce(Address address, long block) {
    return accountAt(address, block).nonce();
  }

  /** The hash of the code in the state after {@code block}, that of nothing where there is none. */
  public Bytes32 codeHash(Address address, long block) {
    return accountAt(address, block).codeHash();
  }

  /** The code in the latest state. */
  public synchronized Bytes code(Address address) {
    return state(number).code(address);
  }

  private synchronized Account accountAt(Address address, long block) {
    return world.account(address, block);
  }

  // Sealing

  private void seal() {
    long block = number + 1;
    JournaledState state = state(number);
    List<Sent> sealed = new ArrayList<>();
    List<Transaction> early = new ArrayList<>();
    for (Transaction transaction : pending) {
      execute(transaction, block, state, sealed, early);
    }
    pending.clear();
    pending.addAll(early);
    world.commit(block, state.changes());
    if (!sealed.isEmpty()) {
      blocks.put(block, List.copyOf(sealed));
      recording.block(context(block), sealed);
    }
    number = block;
  }

  /**
   * A transaction whose nonce is too high waits on; any other that a block may not hold is gone.
   */
  private void execute(
      Transaction transaction,
      long block,
      JournaledState state,
      List<Sent> sealed,
      List<Transaction> early) {
    try {
      ExecutionResult result =
          new TransactionExecutor(chainId, codes)
              .execute(transaction, context(block), state, BLOCK_GAS);
      ExecutionFailure failure = result.failure();
      Sent sent =
          new Sent(
              transaction,
              block,
              history.hash(block),
              sealed.size(),
              result.succeeded(),
              result.gasUsed(),
              result.returnData(),
              failure == null ? null : failure.message(),
              result.logs(),
              result.createdAddress());
      sealed.add(sent);
      receipts.put(transaction.hash(), sent);
    } catch (TransactionRejectedException e) {
      if (e.reason() == Reason.NONCE_TOO_HIGH) {
        early.add(transaction);
      }
    }
  }

  private JournaledState state(long block) {
    return new JournaledState(
        keepsHashes
            ? new HashHistory(world.at(block), history, block, recording)
            : world.at(block));
  }

  private BlockContext context(long block) {
    return new BlockContext(
        fork,
        block,
        history.timestamp(block),
        COINBASE,
        BLOCK_GAS,
        UInt256.ONE,
        fork.isAtLeast(Fork.PARIS) ? hash("randao " + block) : null,
        fork.isAtLeast(Fork.LONDON) ? BASE_FEE : null,
        fork.isAtLeast(Fork.CANCUN) ? UInt256.ONE : null,
        asked -> {
          Bytes32 hash = history.hash(asked);
          recording.hashRead(asked, hash);
          return hash;
        });
  }

  /** All that happened, for {@link SecondMachine}. */
  synchronized JsonNode recorded() {
    return recording.json(
        fork.name().toLowerCase(Locale.ROOT), CHAIN_ID, world.dump(number, HISTORY_CONTRACT));
  }

  static Bytes32 hash(String text) {
    return Keccak.keccak256(text.getBytes(StandardCharsets.UTF_8));
  }
}
