package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.LightStore;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.store.VerifiedKind;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.CallExecutor;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.Message;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.evm.state.StateReader;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.config.Genesis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many round trips calls take, and that their answers are those of the whole state. */
final class LightCallTest {
  private static final Address SENDER = address(1);
  private static final Address TOKEN = address(2);
  private static final Address HOLDER = address(3);
  private static final Address OTHER_HOLDER = address(4);

  private static final int RANDOM_WORLDS = 24;

  private final CallExecutor calls = new CallExecutor(UInt256.valueOf(99), new CodeCache(1 << 20));

  private static Address address(long seed) {
    byte[] bytes = new byte[20];
    new Random(seed).nextBytes(bytes);
    return Address.of(Bytes.wrap(bytes));
  }

  /** A crowd, so that the state trie has some depth. */
  private static Map<Address, Genesis.Allocation> crowd() {
    Map<Address, Genesis.Allocation> accounts = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      accounts.put(address(1_000 + i), Contracts.rich(i + 1));
    }
    accounts.put(SENDER, Contracts.rich(1_000_000));
    return accounts;
  }

  private static Genesis.Allocation token(long balance) {
    Map<UInt256, UInt256> slots = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      slots.put(Contracts.balanceSlot(address(1_000 + i)), UInt256.valueOf(i + 1));
    }
    slots.put(Contracts.balanceSlot(HOLDER), UInt256.valueOf(balance));
    slots.put(Contracts.balanceSlot(OTHER_HOLDER), UInt256.valueOf(balance + 1));
    return Contracts.contract(Contracts.token(), slots);
  }

  private static StateChain tokenChain() {
    Map<Address, Genesis.Allocation> first = crowd();
    first.put(TOKEN, token(7));
    Map<Address, Genesis.Allocation> second = crowd();
    second.put(SENDER, Contracts.rich(999_000));
    second.put(TOKEN, token(8));
    return new StateChain(first).then(second);
  }

  private static Map<UInt256, UInt256> slots(int count) {
    Map<UInt256, UInt256> slots = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      slots.put(UInt256.valueOf(i), UInt256.valueOf(100 + i));
    }
    return slots;
  }

  // ---- running

  private Bytes call(Bench bench, BlockHeader header, Address to, Bytes input) {
    return call(bench, header, to, input, List.of()).returnData();
  }

  private ExecutionResult call(
      Bench bench, BlockHeader header, Address to, Bytes input, List<AccessListEntry> accessList) {
    CallHints hints = new CallHints(List.of(SENDER, header.coinbase()), to, input, accessList);
    try {
      return bench
          .client
          .state(header)
          .execute(hints, state -> run(state, header, to, input, accessList));
    } catch (TransactionRejectedException e) {
      throw new AssertionError(e);
    }
  }

  private ExecutionResult run(
      StateReader state,
      BlockHeader header,
      Address to,
      Bytes input,
      List<AccessListEntry> accessList)
      throws TransactionRejectedException {
    Message plain = Message.call(SENDER, to, 10_000_000, UInt256.ZERO, input);
    Message message =
        new Message(
            SENDER,
            to,
            0,
            UInt256.ZERO,
            plain.gasLimit(),
            plain.gasPrice(),
            plain.gasFeeCap(),
            plain.gasTipCap(),
            input,
            accessList,
            null,
            List.of());
    BlockContext context =
        new BlockContext(
            Fork.BERLIN,
            header.number(),
            header.timestamp(),
            header.coinbase(),
            header.gasLimit(),
            header.difficulty(),
            null,
            null,
            null,
            number -> Bytes32.ZERO);
    return calls.call(message, context, new JournaledState(state), new Cancellation());
  }

  private static Bytes word(long value) {
    return UInt256.valueOf(value).toBytes();
  }

  // ---- round trips

  @Test
  void aTokenBalanceTakesTwoRoundTripsAndOneAtTheNextHead() {
    StateChain chain = tokenChain();
    Bench bench = chain.bench();

    assertThat(call(bench, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER))).isEqualTo(word(7));
    assertThat(chain.roundTrips()).isEqualTo(2);

    assertThat(call(bench, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER))).isEqualTo(word(7));
    assertThat(chain.roundTrips()).isZero();

    assertThat(call(bench, chain.header(1), TOKEN, Contracts.balanceOf(HOLDER))).isEqualTo(word(8));
    assertThat(chain.roundTrips()).isEqualTo(1);

    // a holder never asked for: its slot is not known beforehand
    assertThat(call(bench, chain.header(1), TOKEN, Contracts.balanceOf(OTHER_HOLDER)))
        .isEqualTo(word(9));
    assertThat(chain.roundTrips()).isEqualTo(1);
    assertThat(chain.invalid()).isZero();
  }

  @Test
  void thirtySlotsTakeTwoRoundTrips() {
    Map<Address, Genesis.Allocation> accounts = crowd();
    accounts.put(TOKEN, Contracts.contract(Contracts.sum(30), slots(30)));
    StateChain chain = new StateChain(accounts);
    Bench bench = chain.bench();

    assertThat(call(bench, chain.header(0), TOKEN, Bytes.EMPTY)).isEqualTo(word(30 * 100 + 435));
    assertThat(chain.requests()).hasSize(3);
    assertThat(chain.roundTrips()).isEqualTo(2);
  }

  @Test
  void tenContractsTakeThreeRoundTripsAndOneAtTheNextHead() {
    Map<Address, Genesis.Allocation> accounts = crowd();
    List<Address> callees = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      callees.add(address(50 + i));
      // each with code of its own
      Bytes code = Bytes.concatenate(Contracts.sum(1), Bytes.of(i));
      accounts.put(callees.get(i), Contracts.contract(code, slots(1)));
    }
    accounts.put(TOKEN, Contracts.contract(Contracts.sumOfCalls(callees), Map.of()));
    Map<Address, Genesis.Allocation> next = new TreeMap<>(accounts);
    callees.forEach(
        callee ->
            next.put(
                callee,
                Contracts.contract(
                    accounts.get(callee).code(), Map.of(UInt256.ZERO, UInt256.ONE))));
    StateChain chain = new StateChain(accounts).then(next);
    Bench bench = chain.bench();

    assertThat(call(bench, chain.header(0), TOKEN, Bytes.EMPTY)).isEqualTo(word(1_000));
    assertThat(chain.roundTrips()).isEqualTo(3);
    assertThat(call(bench, chain.header(1), TOKEN, Bytes.EMPTY)).isEqualTo(word(10));
    assertThat(chain.roundTrips()).isEqualTo(1);
    assertThat(chain.invalid()).isZero();
  }

  @Test
  void aProxyTakesAsManyRoundTripsAsReadsDependOnEachOther() {
    Map<Address, Genesis.Allocation> accounts = crowd();
    Address implementation = address(60);
    accounts.put(implementation, Contracts.contract(Contracts.token(), Map.of()));
    Map<UInt256, UInt256> storage = new TreeMap<>(token(7).storage());
    storage.put(UInt256.ZERO, UInt256.fromBytes(implementation.bytes()));
    accounts.put(TOKEN, Contracts.contract(Contracts.proxy(), storage));
    StateChain chain = new StateChain(accounts);
    Bench bench = chain.bench();

    assertThat(call(bench, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER))).isEqualTo(word(7));
    // the proxy; its slot; the implementation; the balance
    assertThat(chain.roundTrips()).isEqualTo(4);
    assertThat(chain.invalid()).isZero();
    // another holder: what the function always reads is known
    assertThat(call(bench, chain.header(0), TOKEN, Contracts.balanceOf(OTHER_HOLDER)))
        .isEqualTo(word(8));
    assertThat(chain.roundTrips()).isEqualTo(1);
  }

  @Test
  void anAccessListIsFetchedFirst() {
    StateChain chain = tokenChain();
    Bench bench = chain.bench();
    List<AccessListEntry> list =
        List.of(
            new AccessListEntry(
                TOKEN, List.of(Bytes32.wrap(Contracts.balanceSlot(HOLDER).toBytes()))));

    ExecutionResult result = call(bench, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER), list);

    assertThat(result.returnData()).isEqualTo(word(7));
    assertThat(chain.roundTrips()).isEqualTo(1);
  }

  @Test
  void aLongChainOfReadsEnds() {
    Map<Address, Genesis.Allocation> accounts = crowd();
    Map<UInt256, UInt256> list = new TreeMap<>();
    for (int i = 0; i < 40; i++) {
      list.put(UInt256.valueOf(i), UInt256.valueOf(i + 1));
    }
    accounts.put(TOKEN, Contracts.contract(Contracts.list(), list));
    StateChain chain = new StateChain(accounts);
    Bench bench = chain.bench();

    assertThat(call(bench, chain.header(0), TOKEN, Bytes.EMPTY)).isEqualTo(word(40));
    // the contract and each of 40 slots; what proves the last may prove that there is no next
    assertThat(chain.roundTrips()).isBetween(41, 42);
  }

  // ---- any contract

  @Test
  void guessingEndsInTheAnswersOfTheWholeState() throws TransactionRejectedException {
    int succeeded = 0;
    int roundTrips = 0;
    for (int seed = 0; seed < RANDOM_WORLDS; seed++) {
      RandomContracts random = new RandomContracts(seed);
      StateChain chain = new StateChain(random.accounts());
      chain.then(random.changed());
      Bench bench = chain.bench();
      for (int i = 0; i < 6; i++) {
        BlockHeader header = chain.header(i % 2);
        Address to = random.contract();
        Bytes input = random.input();
        ExecutionResult expected = run(chain.full(i % 2), header, to, input, List.of());
        ExecutionResult answer = call(bench, header, to, input, List.of());
        assertThat(answer).as("seed " + seed + ", call " + i).isEqualTo(expected);
        succeeded += expected.succeeded() ? 1 : 0;
      }
      roundTrips += chain.roundTrips();
      assertThat(chain.invalid()).isLessThanOrEqualTo(20);
    }
    assertThat(succeeded).isGreaterThan(RANDOM_WORLDS);
    System.out.println(
        "LightCallTest: %d random calls, %d succeed, %d round trips"
            .formatted(RANDOM_WORLDS * 6, succeeded, roundTrips));
  }

  // ---- single pieces

  @Test
  void codeAndStorageComeWithTheirAccountInOneRoundTrip() {
    StateChain chain = tokenChain();
    Bench bench = chain.bench();
    BlockHeader header = chain.header(0);

    assertThat(bench.client.code(header, TOKEN).orElseThrow()).isEqualTo(Contracts.token());
    assertThat(chain.roundTrips()).isEqualTo(1);
    assertThat(bench.client.storage(header, TOKEN, Contracts.balanceSlot(HOLDER)).orElseThrow())
        .isEqualTo(UInt256.valueOf(7));
    assertThat(chain.roundTrips()).isEqualTo(1);

    Bench fresh = chain.bench();
    assertThat(fresh.client.storage(header, TOKEN, Contracts.balanceSlot(HOLDER)).orElseThrow())
        .isEqualTo(UInt256.valueOf(7));
    assertThat(chain.roundTrips()).isEqualTo(1);
    assertThat(fresh.client.proof(header, address(1_005), List.of(UInt256.ONE)).orElseThrow())
        .satisfies(
            proof -> {
              assertThat(proof.storage().getFirst().value()).isEqualTo(UInt256.ZERO);
              assertThat(proof.storage().getFirst().nodes()).isEmpty();
            });
    assertThat(chain.roundTrips()).isEqualTo(1);
  }

  @Test
  void questionsAboutWhatDoesNotExistStayBelowGethsLimit() {
    StateChain chain = tokenChain();
    Bench bench = chain.bench();

    for (int i = 0; i < 60; i++) {
      assertThat(bench.client.code(chain.header(0), address(9_000 + i)).orElseThrow())
          .isEqualTo(Bytes.EMPTY);
      assertThat(
              bench.client.storage(chain.header(0), address(8_000 + i), UInt256.ONE).orElseThrow())
          .isEqualTo(UInt256.ZERO);
    }

    assertThat(chain.invalid()).isBetween(1, 11);
  }

  // ---- servers

  @Test
  void anAnswerThatWasCutShortIsContinued() {
    Map<Address, Genesis.Allocation> accounts = crowd();
    accounts.put(TOKEN, Contracts.contract(Contracts.sum(60), slots(60)));
    StateChain chain = new StateChain(accounts).softLimit(1_500);
    Bench bench = chain.bench();

    assertThat(call(bench, chain.header(0), TOKEN, Bytes.EMPTY)).isEqualTo(word(60 * 100 + 1_770));

    assertThat(chain.requests().size()).isGreaterThan(6);
    assertThat(bench.client.servers()).hasSize(1);
  }

  @Test
  void requestsAreBoundedAndShared() {
    Map<Address, Genesis.Allocation> accounts = crowd();
    accounts.put(TOKEN, Contracts.contract(Contracts.sum(150), slots(150)));
    StateChain chain = new StateChain(accounts);
    Bench bench = chain.bench();
    FakeServer second = bench.server("second").script(chain);
    second.connectTo(bench.engine);
    bench.loop.runFor(Bench.SECOND);

    assertThat(call(bench, chain.header(0), TOKEN, Bytes.EMPTY))
        .isEqualTo(word(150 * 100 + 149 * 75));

    for (LesMessage.Request request : chain.requests()) {
      assertThat(request.amount()).isLessThanOrEqualTo(64);
    }
    assertThat(second.received()).isNotEmpty();
  }

  @Test
  void aServerOfTheNewNamingIsUnderstoodWhateverItIsCalled() {
    for (Question.AccountKeyForm form : Question.AccountKeyForm.values()) {
      for (String name : List.of("Geth/v1.10.26", "Geth/v1.13.5", "Other/v1")) {
        StateChain chain = tokenChain().naming(form);
        Bench bench = new Bench(chain.served());
        FakeServer server = bench.server("server").script(chain).clientName(name);
        server.connectTo(bench.engine);
        bench.runUntilHead(chain.served().head());

        for (int round = 0; round < 2; round++) {
          assertThat(call(bench, chain.header(round), TOKEN, Contracts.balanceOf(HOLDER)))
              .as(name + " " + form)
              .isEqualTo(word(7 + round));
        }
        assertThat(server.isConnected()).isTrue();
        int invalid = chain.invalid();
        assertThat(invalid).isLessThanOrEqualTo(3);
        // what was found out is remembered when the server comes back
        server.disconnect(DisconnectReason.REQUESTED);
        server.connectTo(bench.engine);
        bench.loop.runFor(Bench.SECOND);
        assertThat(call(bench, chain.header(1), TOKEN, Contracts.balanceOf(OTHER_HOLDER)))
            .isEqualTo(word(9));
        assertThat(chain.invalid()).isEqualTo(invalid);
      }
    }
  }

  @Test
  void codeThatWasGuessedIsNeverBelieved() {
    StateChain chain = tokenChain();
    FakeServer.Script lie =
        (request, honest) ->
            chain.answer(request, honest) instanceof LesMessage.Code code
                ? new LesMessage.Code(
                    code.requestId(), code.bufferValue(), List.of(Bytes.fromHexString("0x6001")))
                : chain.answer(request, honest);
    Bench alone = new Bench(chain.served());
    FakeServer liar = alone.server("liar").script(lie);
    liar.connectTo(alone.engine);
    alone.runUntilHead(chain.served().head());
    assertThatThrownBy(() -> call(alone, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER)))
        .isInstanceOf(MissingStateException.class)
        .hasCauseInstanceOf(RetrievalException.class);
    assertThat(liar.isConnected()).isFalse();

    alone.server("honest").script(chain).connectTo(alone.engine);
    alone.loop.runFor(Bench.SECOND);
    assertThat(call(alone, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER))).isEqualTo(word(7));
  }

  @Test
  void whatIsCachedNeedsNoServer() {
    StateChain chain = tokenChain();
    Bench bench = chain.bench();
    MemoryStores stores = bench.stores;
    Bytes answer = call(bench, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER));
    bench.engine.servers().close();

    assertThat(call(bench, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER))).isEqualTo(answer);
    Bench restarted = new Bench(chain.served(), stores, SealCheck.SKIP);
    assertThat(call(restarted, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER)))
        .isEqualTo(answer);
    assertThatThrownBy(
            () -> call(restarted, chain.header(0), TOKEN, Contracts.balanceOf(OTHER_HOLDER)))
        .isInstanceOf(MissingStateException.class);
  }

  @Test
  void aStoreThatTakesNothingDoesNotKeepAnAnswerBack(@TempDir Path directory) {
    StateChain chain = tokenChain();
    LightStore closed = LightStore.open(directory, StoreOptions.light());
    closed.close();
    MemoryStores stores = new MemoryStores();
    stores.beforeStateWrite(() -> closed.putVerified(VerifiedKind.CODE, Bytes32.ZERO, Bytes.EMPTY));
    Bench bench = new Bench(chain.served(), stores, SealCheck.SKIP);
    bench.server("full").script(chain).connectTo(bench.engine);
    bench.runUntilHead(chain.served().head());

    assertThat(call(bench, chain.header(0), TOKEN, Contracts.balanceOf(HOLDER))).isEqualTo(word(7));
    assertThat(bench.client.code(chain.header(0), TOKEN).orElseThrow())
        .isEqualTo(Contracts.token());
  }
}
