package io.lesnode.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.les.vflux.LesRecord;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.wire.VipRecordEntry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** The entry {@code vip} in a node record beside everything else that a server puts there. */
class VipRecordTest {

  @Test
  void theLongestEntryFitsIntoARecord() throws UnknownHostException {
    VipRecordEntry longest =
        new VipRecordEntry(
            1, Long.MAX_VALUE, UInt256.ONE.shiftLeft(126).subtract(UInt256.ONE), Long.MAX_VALUE);
    KeyPair key = KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(7)));
    byte[] ip6 = new byte[16];
    ip6[0] = 0x20;

    NodeRecord record =
        NodeRecord.builder()
            .seq(Long.MAX_VALUE)
            .ip(InetAddress.getByAddress(new byte[] {(byte) 203, 0, 113, 7}))
            .ip(InetAddress.getByAddress(ip6))
            .tcp(30303)
            .udp(30303)
            .entry(
                LesRecord.ETH,
                LesRecord.eth(new ForkId(Bytes.fromHexString("0xf0afd0e3"), 1_700_000_000)))
            .entry(LesRecord.LES, LesRecord.les())
            .entry(VipRecordEntry.KEY, longest.encode())
            .sign(key);

    assertThat(record.encoded().size()).isLessThanOrEqualTo(NodeRecord.LIMIT_BYTES);
    NodeRecord read = NodeRecord.decode(record.encoded());
    assertThat(read.entry(VipRecordEntry.KEY).flatMap(VipRecordEntry::decode)).contains(longest);
  }
}
