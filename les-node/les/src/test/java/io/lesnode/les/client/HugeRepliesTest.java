package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.LesWireException;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.LogsBloom;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.Test;

/**
 * Replies of the maximal size, made of as many items as fit: what they cost in memory to find out
 * that they are lies is bounded, so that many servers at once cannot fill it.
 */
final class HugeRepliesTest {
  private static final int NEARLY_ALL_BYTES = LesLimits.MAX_MESSAGE_BYTES - 1_000;
  private static final long MEGABYTE = 1L << 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final BlockHeader header = ServedChain.named("london-small", "chain").header(101);

  /** Runs something and tells how many bytes it allocated. */
  private long allocatedBytes(Runnable task) {
    long before = threads.getCurrentThreadAllocatedBytes();
    task.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static Bytes repeated(Bytes item, int sizeBytes) {
    byte[] all = new byte[sizeBytes / item.size() * item.size()];
    byte[] one = item.toArray();
    for (int at = 0; at < all.length; at += one.length) {
      System.arraycopy(one, 0, all, at, one.length);
    }
    return Bytes.wrap(all);
  }

  private static Bytes listOf(Bytes content) {
    return RLP.encodeList(writer -> writer.writeRLP(content));
  }

  private static Bytes reply(Bytes items) {
    return listOf(Bytes.concatenate(Bytes.fromHexString("0x0101"), items));
  }

  @Test
  void countlessItemsAreRefusedWhereTheyAreRead() {
    Bytes payload = reply(listOf(repeated(Bytes.of(0xc0), NEARLY_ALL_BYTES)));
    for (int code :
        List.of(
            LesMessage.BlockHeaders.CODE,
            LesMessage.BlockBodies.CODE,
            LesMessage.Receipts.CODE,
            LesMessage.ProofsV2.CODE,
            LesMessage.TxStatus.CODE)) {
      long bytes =
          allocatedBytes(
              () ->
                  assertThatThrownBy(() -> LesCodec.decode(LesVersion.LES4, code, payload))
                      .isInstanceOf(LesWireException.class));
      assertThat(bytes).as("code " + code).isLessThan(12 * MEGABYTE);
    }
  }

  @Test
  void oneGiantItemIsCopiedOnceAtMost() {
    Bytes payload = reply(listOf(listOf(repeated(Bytes.of(0x01), NEARLY_ALL_BYTES))));
    for (int code :
        List.of(
            LesMessage.BlockHeaders.CODE,
            LesMessage.BlockBodies.CODE,
            LesMessage.Receipts.CODE,
            LesMessage.ProofsV2.CODE)) {
      long bytes = allocatedBytes(() -> LesCodec.decode(LesVersion.LES4, code, payload));
      assertThat(bytes).as("code " + code).isLessThan(12 * MEGABYTE);
    }
  }

  @Test
  void aMillionTransactionsAreCountedNotDecoded() {
    // nonce, gas price, gas, to, value, data, v, r, s
    Bytes tiny = Bytes.fromHexString("0xc98080808080801b0101");
    Bytes body =
        listOf(Bytes.concatenate(listOf(repeated(tiny, NEARLY_ALL_BYTES)), Bytes.of(0xc0)));
    assertLie(
        new LesMessage.BlockBodies(1, 1, List.of(body)),
        "more transactions than the gas of the block pays for");
  }

  @Test
  void receiptsWithCountlessLogsAreNotDecoded() {
    Bytes tinyLog =
        Bytes.concatenate(
            Bytes.fromHexString("0xd794"), Bytes.wrap(new byte[20]), Bytes.fromHexString("0xc080"));
    Bytes bloom = Bytes.concatenate(Bytes.fromHexString("0xb90100"), LogsBloom.EMPTY.bytes());
    Bytes receipt =
        listOf(
            Bytes.concatenate(
                Bytes.fromHexString("0x0101"), bloom, listOf(repeated(tinyLog, NEARLY_ALL_BYTES))));
    LesMessage.Reply reply = new LesMessage.Receipts(1, 1, List.of(listOf(receipt)));
    long bytes =
        allocatedBytes(
            () ->
                assertThatThrownBy(() -> BlockChecks.receipts(header, reply))
                    .isInstanceOf(InvalidAnswerException.class));
    System.out.println("HugeRepliesTest: 10 MB of tiny logs allocate " + bytes / MEGABYTE + " MB");
    assertThat(bytes).isLessThan(48 * MEGABYTE);
  }

  private void assertLie(LesMessage.Reply reply, String reason) {
    Bytes payload = LesCodec.encode(reply);
    long bytes =
        allocatedBytes(
            () -> {
              LesMessage decoded = LesCodec.decode(LesVersion.LES4, reply.code(), payload);
              assertThatThrownBy(() -> BlockChecks.body(header, (LesMessage.Reply) decoded))
                  .isInstanceOf(InvalidAnswerException.class)
                  .hasMessageContaining(reason);
            });
    assertThat(bytes).isLessThan(48 * MEGABYTE);
  }

  @Test
  void hugeProofsAreHashedAndRefused() {
    byte[] node = new byte[2_000];
    Arrays.fill(node, (byte) 1);
    Bytes item = listOf(Bytes.wrap(node));
    Bytes payload = reply(listOf(repeated(item, 4_000 * item.size())));
    LesMessage decoded = LesCodec.decode(LesVersion.LES4, LesMessage.ProofsV2.CODE, payload);
    long bytes =
        allocatedBytes(
            () ->
                assertThatThrownBy(
                        () ->
                            HelperTrieChecks.headers(
                                header.hash(), List.of(5L), (LesMessage.Reply) decoded))
                    .isInstanceOf(InvalidAnswerException.class));
    assertThat(bytes).isLessThan(48 * MEGABYTE);
  }
}
