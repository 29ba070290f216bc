package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.CliqueSnapshotStore;
import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.les.client.HeaderChain.ImportOutcome;
import io.lesnode.primitives.BlockHeader;
import java.time.InstantSource;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** geth's tests of light/lightchain_test.go, and what a chain without its lower part must hold. */
final class HeaderChainTest {
  private static final byte FORK = 22;

  private final ForgedChain genesis = ForgedChain.genesis();

  private HeaderChain open(MemoryStores stores, Set<Bytes32> banned) {
    ConsensusRules rules =
        ConsensusRules.of(
            genesis.config().config(),
            SealCheck.SKIP,
            CliqueSnapshotStore.NONE,
            InstantSource.system());
    return new HeaderChain(stores, rules, genesis.header(0), banned);
  }

  private HeaderChain with(ForgedChain headers) {
    HeaderChain chain = open(new MemoryStores(), Set.of());
    assertImported(chain.importHeaders(headers.headers(1, headers.height())));
    return chain;
  }

  private static HeadChange assertImported(ImportOutcome outcome) {
    assertThat(outcome).isInstanceOf(ImportOutcome.Imported.class);
    return ((ImportOutcome.Imported) outcome).change();
  }

  private static void assertCanonical(HeaderChain chain, ForgedChain expected) {
    for (int number = 0; number <= expected.height(); number++) {
      assertThat(chain.canonicalHash(number)).isEqualTo(expected.header(number).hash());
    }
    assertThat(chain.canonicalHash(expected.height() + 1)).isNull();
    assertThat(chain.head().header()).isEqualTo(expected.header(expected.height()));
    UInt256 sum =
        expected.headers(0, expected.height()).stream()
            .map(BlockHeader::difficulty)
            .reduce(UInt256.ZERO, UInt256::add);
    assertThat(chain.head().totalDifficulty()).isEqualTo(sum);
  }

  @Test
  void extendCanonicalHeaders() {
    ForgedChain base = genesis.extended(5);
    for (int more : new int[] {1, 2, 5, 10}) {
      ForgedChain longer = base.extended(more);
      HeaderChain chain = with(base);
      HeadChange change = assertImported(chain.importHeaders(longer.headers(6, 5 + more)));
      assertThat(change.adopted()).containsExactlyElementsOf(longer.headers(6, 5 + more));
      assertCanonical(chain, longer);
    }
  }

  /** geth's figures: where the fork begins and how many headers it has. */
  @Test
  void shorterForkHeaders() {
    for (int[] fork : new int[][] {{0, 3}, {0, 7}, {1, 1}, {1, 7}, {5, 3}, {5, 4}}) {
      ForgedChain base = genesis.extended(10);
      HeaderChain chain = with(base);
      ForgedChain other = base.upTo(fork[0]).extended(fork[1], 12, FORK);
      assertThat(assertImported(chain.importHeaders(other.headers(fork[0] + 1, other.height()))))
          .isNull();
      assertCanonical(chain, base);
    }
  }

  @Test
  void longerForkHeaders() {
    for (int[] fork : new int[][] {{0, 11}, {0, 15}, {1, 10}, {1, 12}, {5, 6}, {5, 8}}) {
      ForgedChain base = genesis.extended(10);
      HeaderChain chain = with(base);
      ForgedChain other = base.upTo(fork[0]).extended(fork[1], 12, FORK);
      HeadChange change =
          assertImported(chain.importHeaders(other.headers(fork[0] + 1, other.height())));
      assertThat(change.retracted()).containsExactlyElementsOf(base.headers(fork[0] + 1, 10));
      assertCanonical(chain, other);
    }
  }

  /** The first of two equally heavy chains stays. */
  @Test
  void equalForkHeaders() {
    for (int[] fork : new int[][] {{0, 10}, {1, 9}, {2, 8}, {5, 5}, {6, 4}, {9, 1}}) {
      ForgedChain base = genesis.extended(10);
      HeaderChain chain = with(base);
      ForgedChain other = base.upTo(fork[0]).extended(fork[1], 12, FORK);
      assertThat(assertImported(chain.importHeaders(other.headers(fork[0] + 1, 10)))).isNull();
      assertCanonical(chain, base);
      assertThat(chain.known(other.header(10).hash())).isNotNull();
    }
  }

  @Test
  void brokenHeaderChain() {
    ForgedChain base = genesis.extended(10);
    HeaderChain chain = with(base);
    ForgedChain longer = base.extended(5);
    assertThat(chain.importHeaders(longer.headers(12, 15)))
        .isInstanceOf(ImportOutcome.Refused.class);
    assertCanonical(chain, base);
  }

  /** A longer chain of quick blocks is heavier than a shorter one of slow blocks. */
  @Test
  void reorgLongHeaders() {
    ForgedChain easy = genesis.extended(3, 60, (byte) 11);
    ForgedChain difficult = genesis.extended(4, 1, FORK);
    HeaderChain chain = with(easy);
    HeadChange change = assertImported(chain.importHeaders(difficult.headers(1, 4)));
    assertThat(change.retracted()).containsExactlyElementsOf(easy.headers(1, 3));
    assertCanonical(chain, difficult);
  }

  /** A shorter chain can be heavier; the numbers above it are canonical no more. */
  @Test
  void reorgShortHeaders() {
    ForgedChain base = genesis.extended(1);
    ForgedChain easy = base.extended(130, 900, (byte) 11);
    ForgedChain difficult = base.extended(128, 1, FORK);
    HeaderChain chain = with(easy);
    HeadChange change = assertImported(chain.importHeaders(difficult.headers(2, 129)));
    assertThat(change.retracted()).hasSize(130);
    assertThat(change.adopted()).hasSize(128);
    assertCanonical(chain, difficult);
  }

  @Test
  void badHeaderHashes() {
    ForgedChain headers = genesis.extended(3);
    HeaderChain chain = open(new MemoryStores(), Set.of(headers.header(3).hash()));
    assertThat(chain.importHeaders(headers.headers(1, 3)))
        .isInstanceOfSatisfying(
            ImportOutcome.Refused.class,
            refused -> {
              assertThat(refused.lie()).isTrue();
              assertThat(refused.reason()).contains("banned");
            });
    assertThat(chain.head().number()).isZero();
  }

  @Test
  void reorgBadHeaderHashes() {
    ForgedChain headers = genesis.extended(4);
    MemoryStores stores = new MemoryStores();
    assertImported(open(stores, Set.of()).importHeaders(headers.headers(1, 4)));

    assertCanonical(open(stores, Set.of(headers.header(4).hash())), headers.upTo(3));
    assertCanonical(open(stores, Set.of(headers.header(2).hash())), headers.upTo(1));
  }

  @Test
  void aRollbackGoesToAnAncestorAndTheHeadersMayComeBack() {
    ForgedChain headers = genesis.extended(10);
    HeaderChain chain = with(headers);

    HeadChange change = chain.rollBackTo(6);

    assertThat(change).isNotNull();
    assertThat(change.retracted()).containsExactlyElementsOf(headers.headers(7, 10));
    assertThat(change.adopted()).isEmpty();
    assertThat(change.head()).isEqualTo(headers.header(6));
    assertCanonical(chain, headers.upTo(6));
    assertThat(chain.rollBackTo(6)).isNull();
    assertImported(chain.importHeaders(headers.headers(7, 10)));
    assertCanonical(chain, headers);
  }

  @Test
  void aChainThatBeganAtACheckpointTakesNoBranchFromBelow() {
    ForgedChain headers = genesis.extended(40);
    MemoryStores stores = new MemoryStores();
    HeaderChain chain = open(stores, Set.of());
    assertImported(chain.importHeaders(headers.headers(1, 3)));

    HeadChange jumped = chain.jumpTo(at(headers, 20), true);

    assertThat(jumped.adopted()).containsExactly(headers.header(20));
    assertThat(jumped.adoptedLeftOut()).isEqualTo(16);
    assertThat(chain.canonicalHash(3)).isEqualTo(headers.header(3).hash());
    assertThat(chain.canonicalHash(10)).isNull();
    assertThat(chain.importHeaders(headers.upTo(3).extended(50, 1, FORK).headers(4, 53)))
        .isInstanceOfSatisfying(
            ImportOutcome.Refused.class, refused -> assertThat(refused.lie()).isTrue());
    assertImported(chain.importHeaders(headers.headers(21, 40)));
    assertThat(chain.rollBackTo(1)).isNotNull();
    assertThat(chain.head().header()).isEqualTo(headers.header(20));

    HeaderChain again = open(stores, Set.of());
    assertThat(again.start()).isEqualTo(20);
    assertThat(again.head().header()).isEqualTo(headers.header(20));
    ForgedChain fork = headers.upTo(22).extended(2, 1, FORK);
    assertImported(again.importHeaders(headers.headers(21, 23)));
    assertImported(again.importHeaders(fork.headers(23, 24)));
    assertThat(again.head().header()).isEqualTo(fork.header(24));
  }

  @Test
  void aJumpLeavesHeadersThatTheCheckpointDisproves() {
    ForgedChain headers = genesis.extended(40);
    ForgedChain wrong = genesis.extended(5, 1, FORK);
    HeaderChain chain = with(wrong);

    HeadChange jumped = chain.jumpTo(at(headers, 20), false);

    assertThat(jumped.retracted()).containsExactlyElementsOf(wrong.headers(1, 5));
    for (int number = 1; number <= 5; number++) {
      assertThat(chain.canonicalHash(number)).isNull();
    }
  }

  @Test
  void onlyTheHashOfTheCheckpointIsRightAtItsHeight() {
    ForgedChain headers = genesis.extended(10);
    ForgedChain fork = headers.upTo(3).extended(20, 1, FORK);
    HeaderChain chain = open(new MemoryStores(), Set.of());
    chain.pin(7, headers.header(7).hash());

    assertThat(chain.importHeaders(fork.headers(1, 20)))
        .isInstanceOfSatisfying(
            ImportOutcome.Refused.class,
            refused -> assertThat(refused.reason()).contains("checkpoint"));
    assertImported(chain.importHeaders(headers.headers(1, 10)));
    assertCanonical(chain, headers);
  }

  private static HeaderChain.Head at(ForgedChain headers, int number) {
    UInt256 sum =
        headers.headers(0, number).stream()
            .map(BlockHeader::difficulty)
            .reduce(UInt256.ZERO, UInt256::add);
    return new HeaderChain.Head(headers.header(number), sum);
  }
}
