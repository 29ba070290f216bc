package io.lesnode.primitives.rlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RlpReaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "8100", // a byte below 0x80, wrapped
        "817f",
        "b800", // a short string in long form
        "b837" + "00000000000000",
        "b90001" + "00", // a length with a leading zero
        "b8", // no length
        "8261", // too short
        "bfffffffffffffffff", // a length of 2^64-1
        "bb7fffffff", // 2 GiB claimed
        "ff00000000000000ff",
        "f800", // a short list in long form
        "c26161" + "61", // left-over bytes
      })
  void hostileBytesAreRefused(String hex) {
    assertThatThrownBy(
            () -> RlpReader.decode(Bytes.fromHexString(hex), RlpReaderTest::readAnything))
        .isInstanceOf(RlpException.class);
  }

  @Test
  void integersAreCanonicalAndBounded() {
    assertThat(read("80", RlpReader::readUnsignedLong)).isZero();
    assertThat(read("7f", RlpReader::readUnsignedLong)).isEqualTo(127);
    assertThat(read("88ffffffffffffffff", RlpReader::readUnsignedLong)).isEqualTo(-1);
    refuse("00", RlpReader::readUnsignedLong);
    refuse("820001", RlpReader::readUnsignedLong);
    refuse("89010000000000000000", RlpReader::readUnsignedLong);
    refuse("88ffffffffffffffff", RlpReader::readLong);
    refuse("8480000000", RlpReader::readInt);
    refuse("a1" + "01".repeat(33), RlpReader::readUInt256);
    refuse("02", RlpReader::readBoolean);
    refuse("c0", RlpReader::readBytes);
    refuse("80", reader -> reader.readList(items -> 0));
    refuse("c3616161", reader -> reader.readListOf(2, RlpReader::readBytes));
    refuse("820102", reader -> reader.readFixedBytes(3));
    refuse("820102", reader -> reader.readBytes(1));
  }

  @Test
  void nestingIsBounded() {
    Bytes nested = Bytes.EMPTY;
    for (int i = 0; i < 100; i++) {
      Bytes inner = nested;
      nested = RLP.encodeList(writer -> writer.writeRLP(inner));
    }
    Bytes deep = nested;
    assertThatThrownBy(() -> RlpReader.decode(deep, RlpReaderTest::readAnything))
        .isInstanceOf(RlpException.class)
        .hasMessageContaining("nested deeper");
  }

  @Property
  void whatTuweniWritesReadsBack(
      @ForAll @Size(max = 5) List<byte @Size(max = 80) []> strings, @ForAll long number) {
    BigInteger unsigned = new BigInteger(Long.toUnsignedString(number));
    Bytes encoded =
        RLP.encodeList(
            writer -> {
              writer.writeBigInteger(unsigned);
              writer.writeList(strings, (items, string) -> items.writeByteArray(string));
            });

    RlpReader.decode(
        encoded,
        reader ->
            reader.readList(
                fields -> {
                  assertThat(fields.readUnsignedLong()).isEqualTo(number);
                  List<Bytes> read = fields.readListOf(5, RlpReader::readBytes);
                  assertThat(read).isEqualTo(strings.stream().map(Bytes::wrap).toList());
                  return 0;
                }));
  }

  @Property
  void anyBytesAreRefusedOrEncodeToThemselves(@ForAll @Size(max = 40) byte[] bytes) {
    Bytes input = Bytes.wrap(bytes);
    Bytes encodedAgain;
    try {
      encodedAgain = RlpReader.decode(input, RlpReaderTest::readAnything);
    } catch (RlpException refused) {
      return;
    }
    assertThat(encodedAgain).isEqualTo(input);
  }

  /** Reads one item of any shape and gives its encoding by Tuweni. */
  private static Bytes readAnything(RlpReader reader) {
    if (!reader.nextIsList()) {
      return RLP.encodeValue(reader.readBytes());
    }
    return reader.readList(
        items ->
            RLP.encodeList(
                writer -> {
                  while (!items.isComplete()) {
                    writer.writeRLP(readAnything(items));
                  }
                }));
  }

  private static <T> T read(String hex, Function<RlpReader, T> read) {
    return RlpReader.decode(Bytes.fromHexString(hex), read);
  }

  private static <T> void refuse(String hex, Function<RlpReader, T> read) {
    assertThatThrownBy(() -> read(hex, read)).as(hex).isInstanceOf(RlpException.class);
  }
}
