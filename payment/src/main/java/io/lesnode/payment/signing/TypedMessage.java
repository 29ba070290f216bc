package io.lesnode.payment.signing;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A struct of EIP-712 whose members are addresses and unsigned integers, which is all that payments
 * need. Immutable.
 *
 * @param type its name
 * @param members in the order of the type
 */
public record TypedMessage(String type, List<Member> members) {
  /** Copies the members. */
  public TypedMessage {
    members = List.copyOf(members);
  }

  /** A struct without members, to be filled with {@link #with}. */
  public static TypedMessage of(String type) {
    return new TypedMessage(type, List.of());
  }

  /** The same with one more member. */
  public TypedMessage with(String name, Address address) {
    return with(
        new Member("address", name, Bytes32.leftPad(address.bytes()), address.toHexString()));
  }

  /** The same with one more member. */
  public TypedMessage with(String name, UInt256 number) {
    return with(
        new Member("uint256", name, number.toBytes(), number.toUnsignedBigInteger().toString()));
  }

  private TypedMessage with(Member member) {
    List<Member> more = new ArrayList<>(members);
    more.add(member);
    return new TypedMessage(type, more);
  }

  /** The hash of type and members. */
  public Bytes32 structHash() {
    List<Bytes> words = new ArrayList<>();
    words.add(TypedDomain.hash(encodedType()));
    members.forEach(member -> words.add(member.word()));
    return Keccak.keccak256(Bytes.concatenate(words));
  }

  private String encodedType() {
    return members.stream()
        .map(member -> member.type() + " " + member.name())
        .collect(Collectors.joining(",", type + "(", ")"));
  }

  String jsonTypes() {
    return members.stream()
        .map(member -> jsonField(member.type(), member.name()))
        .collect(Collectors.joining(",", "\"" + type + "\":[", "]"));
  }

  String jsonValues() {
    return members.stream()
        .map(member -> "\"" + member.name() + "\":\"" + member.text() + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  static String jsonField(String type, String name) {
    return "{\"name\":\"" + name + "\",\"type\":\"" + type + "\"}";
  }

  /**
   * A member.
   *
   * @param type as Solidity names it
   * @param name as in the type
   * @param word its value in 32 bytes
   * @param text its value in JSON, without quotes
   */
  public record Member(String type, String name, Bytes32 word, String text) {}
}
