package io.lesnode.chain.consensus;

import io.lesnode.chain.consensus.CliqueSnapshot.Tally;
import io.lesnode.chain.consensus.CliqueSnapshot.Vote;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/** The stored form of a {@link CliqueSnapshot}: an RLP list of its components in order. */
final class CliqueSnapshotCodec {
  private static final int MAX_ITEMS = 1 << 20;

  private CliqueSnapshotCodec() {}

  static Bytes encode(CliqueSnapshot snapshot) {
    return RLP.encodeList(
        writer -> {
          writer.writeLong(snapshot.number());
          writer.writeValue(snapshot.hash());
          writer.writeList(snapshot.signers(), (list, signer) -> list.writeValue(signer.bytes()));
          writer.writeList(
              List.copyOf(snapshot.recents().entrySet()),
              (list, recent) ->
                  list.writeList(
                      item -> {
                        item.writeLong(recent.getKey());
                        item.writeValue(recent.getValue().bytes());
                      }));
          writer.writeList(
              snapshot.votes(),
              (list, vote) ->
                  list.writeList(
                      item -> {
                        item.writeValue(vote.signer().bytes());
                        item.writeLong(vote.block());
                        item.writeValue(vote.address().bytes());
                        item.writeInt(vote.authorize() ? 1 : 0);
                      }));
          writer.writeList(
              List.copyOf(snapshot.tally().entrySet()),
              (list, tally) ->
                  list.writeList(
                      item -> {
                        item.writeValue(tally.getKey().bytes());
                        item.writeInt(tally.getValue().authorize() ? 1 : 0);
                        item.writeInt(tally.getValue().votes());
                      }));
        });
  }

  static CliqueSnapshot decode(Bytes encoded) {
    return RlpReader.decode(encoded, reader -> reader.readList(CliqueSnapshotCodec::readFields));
  }

  private static CliqueSnapshot readFields(RlpReader reader) {
    long number = reader.readLong();
    Bytes32 hash = reader.readBytes32();
    List<Address> signers = reader.readListOf(MAX_ITEMS, CliqueSnapshotCodec::readAddress);
    TreeMap<Long, Address> recents = new TreeMap<>();
    reader.readListOf(
        MAX_ITEMS,
        list -> list.readList(item -> recents.put(item.readLong(), readAddress(item)) == null));
    List<Vote> votes =
        reader.readListOf(
            MAX_ITEMS,
            list ->
                list.readList(
                    item ->
                        new Vote(
                            readAddress(item),
                            item.readLong(),
                            readAddress(item),
                            item.readBoolean())));
    TreeMap<Address, Tally> tally = new TreeMap<>();
    reader.readListOf(
        MAX_ITEMS,
        list ->
            list.readList(
                item ->
                    tally.put(readAddress(item), new Tally(item.readBoolean(), item.readInt()))
                        == null));
    return new CliqueSnapshot(number, hash, signers, recents, votes, tally);
  }

  private static Address readAddress(RlpReader reader) {
    return Address.of(reader.readFixedBytes(Address.SIZE_BYTES));
  }
}
