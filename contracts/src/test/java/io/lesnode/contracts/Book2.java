package io.lesnode.contracts;

import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.generated.Uint256;

/** An AccountBook2 on a chain, and everything that people do with one. */
final class Book2 {
  /** What a payee hands in. */
  record Cheque(Address payer, UInt256 cumulative, Bytes32 r, Bytes32 vs) {
    static Cheque of(Address payer, long cumulative, Signature signature) {
      return new Cheque(
          payer,
          UInt256.valueOf(cumulative),
          Bytes32.wrap(signature.r().toBytes()),
          Abi.vs(signature));
    }

    /** As if somebody else had signed it. */
    Cheque withPayer(Address claimed) {
      return new Cheque(claimed, cumulative, r, vs);
    }

    StaticStruct struct() {
      return new StaticStruct(
          new org.web3j.abi.datatypes.Address(payer.toHexString()),
          new Uint256(cumulative.toUnsignedBigInteger()),
          new org.web3j.abi.datatypes.generated.Bytes32(r.toArrayUnsafe()),
          new org.web3j.abi.datatypes.generated.Bytes32(vs.toArrayUnsafe()));
    }
  }

  /** The account of a payer with a payee. */
  record Account(BigInteger deposit, BigInteger paid) {
    static Account of(long deposit, long paid) {
      return new Account(BigInteger.valueOf(deposit), BigInteger.valueOf(paid));
    }
  }

  final ContractChain chain;
  final Address address;

  Book2(ContractChain chain) {
    this.chain = chain;
    address = chain.deploy(chain.account(0), ContractArtifact.ACCOUNT_BOOK_2.bytecode());
  }

  // Calls

  Sent deposit(KeyPair payer, Address payee, long wei) {
    return chain.send(payer, address, UInt256.valueOf(wei), Abi.call("deposit(address)", payee));
  }

  Sent withdraw(KeyPair payer, Address payee, long wei) {
    return chain.send(payer, address, Abi.call("withdraw(address,uint256)", payee, wei));
  }

  Sent claim(KeyPair payer, Address payee) {
    return chain.send(payer, address, Abi.call("claim(address)", payee));
  }

  Sent fixWindow(KeyPair payee, long blocks) {
    return chain.send(payee, address, Abi.call("fixWindow(uint256)", blocks));
  }

  Sent cash(KeyPair payee, Cheque cheque) {
    return chain.send(payee, address, cashData(cheque));
  }

  /** Signs a cheque of {@code payer} and cashes it. */
  Sent cash(KeyPair payee, KeyPair payer, long cumulative) {
    return cash(payee, cheque(payer, payee.address(), cumulative));
  }

  Sent cashMany(KeyPair payee, List<Cheque> cheques) {
    return chain.send(payee, address, cashManyData(cheques));
  }

  Sent cashFor(
      KeyPair sender, Address payee, Cheque cheque, long fee, long deadline, Signature byPayee) {
    return chain.send(
        sender,
        address,
        Abi.call(
            "cashFor(address,(address,uint256,bytes32,bytes32),uint256,uint256,(bytes32,bytes32))",
            payee,
            cheque.struct(),
            fee,
            deadline,
            compact(byPayee)));
  }

  Sent close(
      KeyPair sender,
      Address payee,
      Address payer,
      long cumulative,
      long deadline,
      Signature byPayer,
      Signature byPayee) {
    return chain.send(
        sender,
        address,
        Abi.call(
            "cooperativeClose(address,address,uint256,uint256,(bytes32,bytes32),(bytes32,bytes32))",
            payee,
            payer,
            cumulative,
            deadline,
            compact(byPayer),
            compact(byPayee)));
  }

  static Bytes cashData(Cheque cheque) {
    return Abi.call(
        "cash(address,uint256,bytes32,bytes32)",
        cheque.payer(),
        cheque.cumulative(),
        cheque.r(),
        cheque.vs());
  }

  static Bytes cashManyData(List<Cheque> cheques) {
    List<StaticStruct> structs = new ArrayList<>();
    cheques.forEach(cheque -> structs.add(cheque.struct()));
    return Abi.call(
        "cashMany((address,uint256,bytes32,bytes32)[])",
        new DynamicArray<>(StaticStruct.class, structs));
  }

  private static StaticStruct compact(Signature signature) {
    return new StaticStruct(
        new org.web3j.abi.datatypes.generated.Bytes32(signature.r().toBytes().toArrayUnsafe()),
        new org.web3j.abi.datatypes.generated.Bytes32(Abi.vs(signature).toArrayUnsafe()));
  }

  // Views

  Account account(Address payee, Address payer) {
    Bytes answer = chain.call(address, Abi.call("accountOf(address,address)", payee, payer));
    return new Account(
        Abi.word(answer, 0).toUnsignedBigInteger(), Abi.word(answer, 1).toUnsignedBigInteger());
  }

  /** Amount, block and count of closes. */
  List<Long> request(Address payee, Address payer) {
    Bytes answer = chain.call(address, Abi.call("requestOf(address,address)", payee, payer));
    return List.of(
        Abi.word(answer, 0).toLong(), Abi.word(answer, 1).toLong(), Abi.word(answer, 2).toLong());
  }

  long window(Address payee) {
    return Abi.word(chain.call(address, Abi.call("window(address)", payee)), 0).toLong();
  }

  UInt256 held() {
    return chain.balance(address);
  }

  // Signatures, by EIP-712 as the standard has it and not as the contract does

  Bytes32 digest(String type, Object... fields) {
    Bytes32 domain =
        Keccak.keccak256(
            Abi.encode(
                Abi.topic(
                    "EIP712Domain(string name,string version,uint256 chainId,address"
                        + " verifyingContract)"),
                Abi.topic("LES AccountBook"),
                Abi.topic("2"),
                chain.chainId(),
                address));
    Bytes32 content = Keccak.keccak256(Bytes.concatenate(Abi.topic(type), Abi.encode(fields)));
    return Keccak.keccak256(Bytes.concatenate(Bytes.fromHexString("0x1901"), domain, content));
  }

  Bytes32 chequeDigest(Address payee, UInt256 cumulative) {
    return digest("Cheque(address payee,uint256 cumulative)", payee, cumulative);
  }

  Cheque cheque(KeyPair payer, Address payee, long cumulative) {
    Signature signature = payer.sign(chequeDigest(payee, UInt256.valueOf(cumulative)));
    return Cheque.of(payer.address(), cumulative, signature);
  }

  Signature instruction(KeyPair payee, Cheque cheque, long fee, long deadline) {
    return payee.sign(
        digest(
            "Cash(address payer,uint256 cumulative,uint256 fee,uint256 deadline)",
            cheque.payer(),
            cheque.cumulative(),
            fee,
            deadline));
  }

  Bytes32 closeDigest(Address payee, Address payer, long cumulative, long closes, long deadline) {
    return digest(
        "Close(address payee,address payer,uint256 cumulative,uint256 closes,uint256 deadline)",
        payee,
        payer,
        cumulative,
        closes,
        deadline);
  }
}
