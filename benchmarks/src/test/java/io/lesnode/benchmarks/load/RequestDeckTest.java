package io.lesnode.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.benchmarks.load.ChainSample.AccountKey;
import io.lesnode.benchmarks.load.ChainSample.SlotKey;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.crypto.Keccak;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

class RequestDeckTest {

  private static final AccountKey ACCOUNT =
      new AccountKey(Bytes.repeat((byte) 7, 20), Keccak.keccak256(Bytes.repeat((byte) 7, 20)));
  private static final ChainSample SAMPLE =
      new ChainSample(
          70_000,
          Bytes32.repeat((byte) 1),
          List.of(Bytes32.repeat((byte) 2), Bytes32.repeat((byte) 3)),
          List.of(ACCOUNT),
          List.of(ACCOUNT),
          List.of(new SlotKey(ACCOUNT, Bytes32.repeat((byte) 4))),
          List.of(Bytes32.repeat((byte) 5)),
          2);

  /** The strict decoder is checked against geth's bytes; a deck writes the request id by hand. */
  @Test
  void everyRequestIsOneThatAStrictServerReads() {
    SplittableRandom random = new SplittableRandom(1);
    for (LoadKind kind : LoadKind.values()) {
      for (int amount : new int[] {1, kind.usualAmount(), kind.mostAmount()}) {
        RequestShape shape = new RequestShape(kind, amount);
        RequestDeck deck = RequestDeck.of(shape, SAMPLE, false, 3);
        for (long id : new long[] {0, 1, 0x7f, 0x80, 0xff, 0x100, 1L << 40, Long.MAX_VALUE, -1}) {
          LesMessage message =
              LesCodec.decode(LesVersion.LES4, kind.requestKind().code(), deck.draw(id, random));
          assertThat(message).isInstanceOf(LesMessage.Request.class);
          LesMessage.Request request = (LesMessage.Request) message;
          assertThat(request.requestId()).isEqualTo(id);
          assertThat(request.amount()).isEqualTo(amount);
          assertThat(request.kind()).isEqualTo(kind.requestKind());
        }
      }
    }
  }

  @Test
  void headersLieWithinTheChain() {
    RequestDeck deck = RequestDeck.of(new RequestShape(LoadKind.HEADERS, 192), SAMPLE, false, 3);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 2_000; i++) {
      LesMessage.GetBlockHeaders request =
          (LesMessage.GetBlockHeaders) LesCodec.decode(LesVersion.LES4, 0x02, deck.draw(i, random));
      assertThat(request.origin())
          .isInstanceOfSatisfying(
              io.lesnode.les.wire.HashOrNumber.OfNumber.class,
              from -> assertThat(from.number() + 191).isLessThanOrEqualTo(70_000));
    }
  }

  @Test
  void contractsAreNamedAsTheServerWants() {
    SplittableRandom random = new SplittableRandom(2);
    RequestShape shape = new RequestShape(LoadKind.CODE, 1);
    for (boolean byAddress : new boolean[] {false, true}) {
      Bytes payload = RequestDeck.of(shape, SAMPLE, byAddress, 3).draw(1, random);
      LesMessage.GetCode request =
          (LesMessage.GetCode) LesCodec.decode(LesVersion.LES4, 0x0a, payload);
      assertThat(request.queries().getFirst().accountKey())
          .isEqualTo(byAddress ? ACCOUNT.address() : ACCOUNT.hash());
    }
  }

  @Test
  void oneSeedAsksTheSame() {
    RequestShape shape = new RequestShape(LoadKind.BODIES, 32);
    Bytes first = RequestDeck.of(shape, SAMPLE, false, 3).draw(9, new SplittableRandom(4));
    Bytes second = RequestDeck.of(shape, SAMPLE, false, 3).draw(9, new SplittableRandom(4));
    Bytes other = RequestDeck.of(shape, SAMPLE, false, 5).draw(9, new SplittableRandom(4));

    assertThat(first).isEqualTo(second).isNotEqualTo(other);
  }
}
