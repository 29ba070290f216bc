package io.lesnode.primitives;

import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLPWriter;

/**
 * A log entry.
 *
 * @param address the contract that logged
 * @param topics at most four
 * @param data any length
 */
public record Log(Address address, List<Bytes32> topics, Bytes data) {
  /** Copies the topics. */
  public Log {
    topics = List.copyOf(topics);
  }

  /** Reads {@code [address, [topic…], data]}. */
  public static Log readFrom(RlpReader reader) {
    return reader.readList(
        fields ->
            new Log(
                new Address(fields.readFixedBytes(Address.SIZE_BYTES)),
                fields.readListOf(4, RlpReader::readBytes32),
                fields.readBytes()));
  }

  /** Writes {@code [address, [topic…], data]}. */
  public void writeTo(RLPWriter writer) {
    writer.writeList(
        fields -> {
          fields.writeValue(address.bytes());
          fields.writeList(topics, RLPWriter::writeValue);
          fields.writeValue(data);
        });
  }
}
