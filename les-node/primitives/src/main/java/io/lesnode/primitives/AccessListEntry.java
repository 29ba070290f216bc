package io.lesnode.primitives;

import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLPWriter;

/**
 * One entry of an access list (EIP-2930).
 *
 * @param address the account that is warm from the start
 * @param storageKeys its slots that are warm from the start
 */
public record AccessListEntry(Address address, List<Bytes32> storageKeys) {
  /** Copies the list. */
  public AccessListEntry {
    storageKeys = List.copyOf(storageKeys);
  }

  static AccessListEntry readFrom(RlpReader reader) {
    return reader.readList(
        fields ->
            new AccessListEntry(
                new Address(fields.readFixedBytes(Address.SIZE_BYTES)),
                fields.readListOf(Integer.MAX_VALUE, RlpReader::readBytes32)));
  }

  void writeTo(RLPWriter writer) {
    writer.writeList(
        fields -> {
          fields.writeValue(address.bytes());
          fields.writeList(storageKeys, RLPWriter::writeValue);
        });
  }
}
