package io.lesnode.payment.lottery;

import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/**
 * A lottery that we opened, as our own books keep it.
 *
 * @param id its identity
 * @param root of its tree
 * @param salt of the lottery
 * @param pot what we put in, and when it is drawn
 * @param openedAt the head when its transaction was sent
 * @param confirmed whether it was seen deep enough
 */
record OwnLottery(
    Bytes32 id,
    Bytes32 root,
    long salt,
    LotteryContract.Pot pot,
    long openedAt,
    boolean confirmed) {

  OwnLottery seen(LotteryContract.Pot onChain) {
    return new OwnLottery(id, root, salt, onChain, openedAt, true);
  }

  Bytes encoded() {
    return RLP.encodeList(
        writer -> {
          writer.writeValue(id);
          writer.writeValue(root);
          writer.writeValue(Bytes.ofUnsignedLong(salt));
          writer.writeUInt256(pot.amountWei());
          writer.writeLong(pot.reveal());
          writer.writeLong(openedAt);
          writer.writeInt(confirmed ? 1 : 0);
        });
  }

  static OwnLottery decode(Bytes encoded) {
    return RlpReader.decode(
        encoded,
        list ->
            list.readList(
                reader ->
                    new OwnLottery(
                        reader.readBytes32(),
                        reader.readBytes32(),
                        reader.readFixedBytes(8).toLong(),
                        new LotteryContract.Pot(reader.readUInt256(), reader.readLong()),
                        reader.readLong(),
                        reader.readBoolean())));
  }
}
