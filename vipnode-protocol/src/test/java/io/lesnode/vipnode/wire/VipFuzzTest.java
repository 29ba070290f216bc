package io.lesnode.vipnode.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.Test;

/** Test D2 of docs/vip.md: hostile bytes end in a VipWireException, and cost little memory. */
class VipFuzzTest {
  private static final long SEED = 20261121;
  private static final List<VipMessage> MESSAGES = List.copyOf(Vectors.records().values());

  @Test
  void everyTruncationIsRefused() {
    for (VipMessage message : MESSAGES) {
      Bytes payload = VipCodec.encode(message);
      for (int size = 0; size < payload.size(); size++) {
        Bytes cut = payload.slice(0, size);
        assertThatExceptionOfType(VipWireException.class)
            .as("%s cut to %s bytes", message, size)
            .isThrownBy(() -> VipCodec.decode(message.code(), cut));
      }
    }
  }

  @Test
  void everyBitFlipIsRefusedOrMeansOneMessage() {
    int accepted = 0;
    for (VipMessage message : MESSAGES) {
      byte[] payload = VipCodec.encode(message).toArray();
      for (int bit = 0; bit < payload.length * 8; bit++) {
        byte[] flipped = payload.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        accepted += decodes(message.code(), Bytes.wrap(flipped)) ? 1 : 0;
      }
    }
    assertThat(accepted).isPositive();
  }

  @Test
  void mutationsEndInAnExceptionOfOurs() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 30_000; round++) {
      VipMessage message = MESSAGES.get(random.nextInt(MESSAGES.size()));
      byte[] payload = VipCodec.encode(message).toArray();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        payload = mutated(payload, random);
      }
      int code = random.nextInt(10) == 0 ? random.nextInt(24) : message.code();
      decodes(code, Bytes.wrap(payload));
    }
  }

  @Test
  void randomBytesEndInAnExceptionOfOurs() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 60_000; round++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      if (bytes.length > 2 && random.nextBoolean()) {
        bytes[0] = (byte) (0xc0 + Math.min(bytes.length - 1, 55));
      }
      decodes(random.nextInt(VipCapability.MESSAGE_COUNT), Bytes.wrap(bytes));
    }
  }

  @Test
  void listsInListsInListsAreHarmless() {
    Bytes nested = Bytes.of(0xc0);
    while (nested.size() < 20_000) {
      Bytes inner = nested;
      nested = RLP.encodeList(list -> list.writeRLP(inner));
    }
    byte[] claims = new byte[VipCapability.MAX_MESSAGE_BYTES];
    java.util.Arrays.fill(claims, (byte) 0xc1);
    for (int code = 0; code < VipCapability.MESSAGE_COUNT; code++) {
      decodes(code, nested);
      decodes(code, Bytes.wrap(claims));
      Bytes asTrailing = nested;
      decodes(
          code,
          RLP.encodeList(
              list -> {
                list.writeInt(1);
                list.writeRLP(asTrailing);
              }));
    }
  }

  @Test
  void nothingIsAllocatedForWhatIsOnlyClaimedOrTooMuch() {
    Bytes manyItems = Bytes.wrap(new byte[60_000]);
    Bytes list =
        RLP.encodeList(
            out -> {
              out.writeInt(1);
              out.writeInt(1);
              out.writeInt(1);
              out.writeList(items -> ones(items, manyItems.size()));
              out.writeList(items -> {});
            });
    Bytes claim = Bytes.fromHexString("0xfb7fffffff0101");
    Bytes tooLarge = Bytes.wrap(new byte[VipCapability.MAX_MESSAGE_BYTES + 1]);
    for (Bytes payload : List.of(list, claim, tooLarge)) {
      decodes(VipCodes.QUERY, payload);
      long before = allocatedBytes();
      decodes(VipCodes.QUERY, payload);
      assertThat(allocatedBytes() - before).isLessThan(64 * 1024);
    }
  }

  @Test
  void aMessageThatIsTooLargeIsNotLookedAt() {
    Bytes tooLarge = Bytes.wrap(new byte[VipCapability.MAX_MESSAGE_BYTES + 1]);
    assertThatExceptionOfType(VipWireException.class)
        .isThrownBy(() -> VipCodec.decode(VipCodes.STATUS, tooLarge))
        .matches(e -> e.reason() == VipWireException.Reason.MESSAGE_TOO_LARGE);
  }

  @Test
  void grantsEntriesAndTalkAreReadAsCarefully() {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] grant = Vectors.GRANT.encode().toArray();
    for (int round = 0; round < 3_000; round++) {
      Bytes mutated = Bytes.wrap(mutated(grant.clone(), random));
      try {
        PoolGrant read = PoolGrant.decode(mutated);
        assertThat(read.isSignedByItsPool()).isEqualTo(read.equals(Vectors.GRANT));
      } catch (VipWireException expected) {
        assertThat(expected).hasMessageStartingWith("m");
      }
      VipRecordEntry.decode(mutated);
      VipTalk.readQuestion(mutated);
      VipTalk.readAnswer(mutated, Vectors.SERVER);
    }
  }

  /** Whether it is decoded; if it is, it is the encoding of a message that comes back equal. */
  private static boolean decodes(int code, Bytes payload) {
    try {
      VipMessage message = VipCodec.decode(code, payload);
      assertThat(VipCodec.decode(code, VipCodec.encode(message))).isEqualTo(message);
      return true;
    } catch (VipWireException expected) {
      return false;
    }
  }

  private static byte[] mutated(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return new byte[] {(byte) 0xc0};
    }
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(4)) {
      case 0 -> {
        bytes[at] = (byte) random.nextInt();
        yield bytes;
      }
      case 1 -> java.util.Arrays.copyOf(bytes, at);
      case 2 ->
          Bytes.concatenate(Bytes.wrap(bytes), Bytes.random(at % 8 + 1, new java.util.Random(at)))
              .toArray();
      default -> {
        byte[] doubled = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, doubled, 0, at);
        doubled[at] = (byte) random.nextInt();
        System.arraycopy(bytes, at, doubled, at + 1, bytes.length - at);
        yield doubled;
      }
    };
  }

  private static void ones(org.apache.tuweni.rlp.RLPWriter writer, int count) {
    for (int i = 0; i < count; i++) {
      writer.writeInt(1);
    }
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
