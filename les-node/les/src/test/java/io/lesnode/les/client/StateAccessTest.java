package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.StoredNode;
import io.lesnode.chain.trie.TrieVisitor;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Transaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * geth's client tests OdrAccounts, OdrContractCall, TrieEntryAccess, CodeAccess and NodeIterator
 * ({@code les/odr_test.go}, {@code les/request_test.go}, {@code light/trie_test.go}): nothing
 * without a server, the full node's answers with one of any version, and the same from the cache
 * when it is gone. (geth's CodeAccess tests nothing: its condition is the wrong way round.)
 */
final class StateAccessTest {
  private static final int STEP_BLOCKS = 83;
  private static final int SLOTS = 4;

  @TempDir private static Path directory;
  private static ServedChain chain;
  private static ExecutedChain executed;
  private static final Set<Address> ADDRESSES = new LinkedHashSet<>();

  @BeforeAll
  static void importChain() {
    chain = ServedChain.named("london-small", "chain");
    executed = new ExecutedChain(directory, chain);
    ADDRESSES.addAll(chain.genesis().alloc().keySet());
    for (int number = 1; number <= chain.headNumber(); number += STEP_BLOCKS) {
      for (Transaction transaction : chain.body(number).transactions()) {
        Optional.ofNullable(transaction.to()).ifPresent(ADDRESSES::add);
      }
    }
    // one that never was
    ADDRESSES.add(Address.fromHex("0x00000000000000000000000000000000c0ffee00"));
  }

  @AfterAll
  static void close() {
    executed.close();
  }

  private static FakeServer connect(Bench bench, LesVersion version) {
    FakeServer server =
        bench
            .server("full", chain, version)
            .script(
                (request, honest) ->
                    honest instanceof LesMessage.Reply reply
                        ? executed.answer(request, reply)
                        : honest);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.head());
    return server;
  }

  private static List<BlockHeader> blocks() {
    List<BlockHeader> some = new ArrayList<>();
    for (long number = 0; number <= chain.headNumber(); number += STEP_BLOCKS) {
      some.add(chain.header(number));
    }
    return some;
  }

  @Test
  void accountsStorageAndCodeAreThoseOfTheFullNodeAndStayWhenTheServerIsGone() {
    for (LesVersion version : LesVersion.values()) {
      MemoryStores stores = new MemoryStores();
      Bench bench = new Bench(chain, stores, SealCheck.SKIP);
      connect(bench, version);
      int found = compareAll(bench);
      bench.engine.servers().close();
      assertThat(compareAll(bench)).isEqualTo(found);
      assertThat(compareAll(new Bench(chain, stores, SealCheck.SKIP))).isEqualTo(found);
      System.out.println("StateAccessTest: " + version + ", " + found + " accounts compared");
      assertThat(found).isPositive();
    }
  }

  private static int compareAll(Bench bench) {
    int found = 0;
    for (BlockHeader header : blocks()) {
      for (Address address : ADDRESSES) {
        Account expected = executed.account(header, address);
        String name = address + " at block " + header.number();
        assertThat(bench.client.account(header, address))
            .as(name)
            .isEqualTo(new Retrieved<>(Optional.ofNullable(expected)));
        found += expected == null ? 0 : 1;
        assertThat(bench.client.code(header, address))
            .as(name)
            .isEqualTo(new Retrieved<>(code(expected)));
        for (int slot = 0; slot < SLOTS; slot++) {
          UInt256 number = UInt256.valueOf(slot);
          List<Bytes> nodes =
              expected == null
                  ? List.of()
                  : executed.storageProof(header, address, OnDemandState.slotHash(number));
          AccountProof proof = bench.client.proof(header, address, List.of(number)).orElseThrow();
          assertThat(proof.storage().getFirst().nodes()).as(name).isEqualTo(nodes);
          assertThat(proof.nodes()).as(name).isEqualTo(executed.accountProof(header, address));
        }
      }
    }
    return found;
  }

  private static Bytes code(@Nullable Account account) {
    Bytes code = account == null ? null : executed.code(account.codeHash());
    return code == null ? Bytes.EMPTY : code;
  }

  @Test
  void callsAndAllOtherQueriesAreAnsweredAsByAnArchiveNode() {
    Bench bench = new Bench(chain);
    connect(bench, LesVersion.LES4);

    Map<String, Integer> compared = new ExpectedAnswers(bench.client).compare(chain.expected());

    System.out.println("StateAccessTest: " + compared);
    assertThat(compared).containsKeys("eth_call", "eth_getProof", "eth_getStorageAt");
  }

  @Test
  void withoutAServerNothingIsKnownButEmptyTries() {
    Bench bench = new Bench(chain);
    connect(bench, LesVersion.LES4);
    bench.engine.servers().close();
    Address someone = ADDRESSES.iterator().next();

    for (BlockHeader header : blocks()) {
      assertThat(bench.client.account(header, someone)).isInstanceOf(Failed.class);
      assertThat(bench.client.code(header, someone)).isInstanceOf(Failed.class);
      assertThat(bench.client.storage(header, someone, UInt256.ZERO)).isInstanceOf(Failed.class);
    }
    BlockHeader empty = chain.header(0).toBuilder().stateRoot(EmptyHashes.TRIE_ROOT).build();
    assertThat(bench.client.account(empty, someone)).isEqualTo(new Retrieved<>(Optional.empty()));
  }

  @Test
  void aTrieThatWasFetchedKeyByKeyIteratesAsTheFullOne() {
    MemoryStores stores = new MemoryStores();
    Bench bench = new Bench(chain, stores, SealCheck.SKIP);
    connect(bench, LesVersion.LES4);
    BlockHeader genesis = chain.header(0);
    chain.genesis().alloc().keySet().forEach(a -> bench.client.account(genesis, a).orElseThrow());

    List<Bytes> full = walk(executed.accountNodes(), genesis.stateRoot());
    assertThat(walk(stores, genesis.stateRoot())).isEqualTo(full);
    assertThat(full.size()).isGreaterThan(chain.genesis().alloc().size());
  }

  private static List<Bytes> walk(NodeSource source, Bytes32 root) {
    List<Bytes> seen = new ArrayList<>();
    new MerklePatriciaTrie(source, root)
        .walk(
            new TrieVisitor() {
              @Override
              public void onNode(Bytes path, StoredNode node) {
                seen.add(Bytes.concatenate(path, node.encoded()));
              }

              @Override
              public void onValue(Bytes key, Bytes value) {
                seen.add(Bytes.concatenate(key, value));
              }
            });
    return seen;
  }
}
