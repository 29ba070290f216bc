package io.lesnode.contracts.testing;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.Signature;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.web3j.abi.DefaultFunctionEncoder;
import org.web3j.abi.datatypes.Type;

/** Call data for tests, encoded by web3j. */
public final class Abi {
  private Abi() {}

  /**
   * The data of a call.
   *
   * @param signature as in Solidity's ABI: {@code "deposit(address)"}
   * @param arguments an {@link Address}, {@link UInt256}, {@link Bytes32}, {@link Bytes} (as {@code
   *     bytes}), {@link Long} or {@link Integer} (as {@code uint256}), {@link Boolean}, web3j
   *     {@link Type}, or a list of one of these for a dynamic array
   */
  public static Bytes call(String signature, Object... arguments) {
    return Bytes.concatenate(selector(signature), encode(arguments));
  }

  /** The arguments of a constructor, to follow the bytecode. */
  public static Bytes encode(Object... arguments) {
    List<Type<?>> types = Arrays.stream(arguments).<Type<?>>map(Abi::type).toList();
    return Bytes.fromHexString(new DefaultFunctionEncoder().encodeParameters(raw(types)));
  }

  /** The first four bytes of the hash of a signature: of a function, or of an error. */
  public static Bytes selector(String signature) {
    return topic(signature).slice(0, 4);
  }

  /** The hash of a signature: the first topic of an event. */
  public static Bytes32 topic(String signature) {
    return Keccak.keccak256(signature.getBytes(StandardCharsets.UTF_8));
  }

  /** The word at a position of what a call returned, or of a log's data. */
  public static UInt256 word(Bytes data, int index) {
    return UInt256.fromBytes(data.slice(32 * index, 32));
  }

  /** The second half of a signature in the compact form of EIP-2098; the first is r. */
  public static Bytes32 vs(Signature signature) {
    Bytes s = signature.s().toBytes();
    return Bytes32.wrap(
        signature.yParity() == 0
            ? s
            : Bytes.concatenate(Bytes.of((s.get(0) & 0xff) | 0x80), s.slice(1)));
  }

  /** An address as a topic or slot key: in the low 20 bytes of a word. */
  public static Bytes32 padded(Address address) {
    return Bytes32.leftPad(address.bytes());
  }

  private static Type<?> type(Object value) {
    return switch (value) {
      case Type<?> type -> type;
      case Address address -> new org.web3j.abi.datatypes.Address(address.toHexString());
      case UInt256 number ->
          new org.web3j.abi.datatypes.generated.Uint256(number.toUnsignedBigInteger());
      case BigInteger number -> new org.web3j.abi.datatypes.generated.Uint256(number);
      case Long number -> new org.web3j.abi.datatypes.generated.Uint256(number);
      case Integer number -> new org.web3j.abi.datatypes.generated.Uint256(number);
      case Boolean flag -> new org.web3j.abi.datatypes.Bool(flag);
      case Bytes32 word -> new org.web3j.abi.datatypes.generated.Bytes32(word.toArrayUnsafe());
      case Bytes bytes -> new org.web3j.abi.datatypes.DynamicBytes(bytes.toArrayUnsafe());
      case List<?> list -> array(list);
      default -> throw new IllegalArgumentException("no ABI type for " + value.getClass());
    };
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // web3j's arrays are typed by class objects
  private static Type<?> array(List<?> list) {
    List<Type<?>> elements = list.stream().<Type<?>>map(Abi::type).toList();
    Class of =
        elements.isEmpty() ? org.web3j.abi.datatypes.Address.class : elements.get(0).getClass();
    return new org.web3j.abi.datatypes.DynamicArray(of, elements);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // web3j takes a list of raw types
  private static List<Type> raw(List<Type<?>> types) {
    return (List) types;
  }
}
