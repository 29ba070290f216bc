package io.lesnode.contracts;

import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A VipnodePool2 on a chain with one operator, and all that a test sends to it. */
final class PoolRig {
  static final long WINDOW = 21_600;

  final ContractChain chain;
  final Address contract;
  final KeyPair operator;
  final Address pool;

  PoolRig(ContractChain chain) {
    this.chain = chain;
    operator = chain.account(1);
    pool = operator.address();
    contract = chain.deploy(operator, ContractArtifact.VIPNODE_POOL_2.bytecode());
  }

  /** A cheque over all that an account spent or earned. */
  record Cheque(Address account, long cumulative, Signature signature) {}

  Cheque spend(KeyPair client, long cumulative) {
    return new Cheque(
        client.address(),
        cumulative,
        client.sign(digest("spendDigest(address,uint256)", pool, cumulative)));
  }

  Cheque earn(Address host, long cumulative) {
    return new Cheque(
        host, cumulative, operator.sign(digest("earnDigest(address,uint256)", host, cumulative)));
  }

  Bytes32 digest(String signature, Object... arguments) {
    return Bytes32.wrap(chain.call(contract, Abi.call(signature, arguments)));
  }

  Bytes collect(Cheque... cheques) {
    return batch("collect(address,(address,uint256,bytes32,bytes32)[])", pool, cheques);
  }

  Bytes payHosts(Cheque... cheques) {
    return batch("payHosts(address,(address,uint256,bytes32,bytes32)[])", pool, cheques);
  }

  static Bytes batch(String signature, Address pool, Cheque... cheques) {
    List<Bytes> parts = new ArrayList<>();
    parts.add(Abi.call(signature, pool, 64L, (long) cheques.length));
    for (Cheque cheque : cheques) {
      parts.add(Abi.padded(cheque.account()));
      parts.add(UInt256.valueOf(cheque.cumulative()).toBytes());
      parts.add(cheque.signature().r().toBytes());
      parts.add(Abi.vs(cheque.signature()));
    }
    return Bytes.concatenate(parts);
  }

  Bytes closeAccount(KeyPair client, long cumulative, long leaves) {
    Bytes32 digest =
        digest(
            "leaveDigest(address,address,uint256,uint256)",
            pool,
            client.address(),
            cumulative,
            leaves);
    return closeAccount(client.address(), cumulative, client.sign(digest), operator.sign(digest));
  }

  Bytes closeAccount(Address client, long cumulative, Signature byClient, Signature byPool) {
    return Bytes.concatenate(
        Abi.call(
            "closeAccount(address,address,uint256,(bytes32,bytes32),(bytes32,bytes32))",
            pool,
            client,
            cumulative),
        byClient.r().toBytes(),
        Abi.vs(byClient),
        byPool.r().toBytes(),
        Abi.vs(byPool));
  }

  Sent deposit(KeyPair client, long wei) {
    return chain.send(
        client,
        contract,
        UInt256.valueOf(wei),
        Abi.call("deposit(address,address)", pool, client.address()));
  }

  Sent fund(long wei) {
    return chain.send(operator, contract, UInt256.valueOf(wei), Abi.call("fund(address)", pool));
  }

  Sent send(KeyPair from, String signature, Object... arguments) {
    return chain.send(from, contract, Abi.call(signature, arguments));
  }

  /** By anybody. */
  Sent send(Bytes call) {
    return chain.send(chain.account(90), contract, call);
  }

  long deposited(Address client) {
    return number(0, "accounts(address,address)", pool, client);
  }

  long spent(Address client) {
    return number(1, "accounts(address,address)", pool, client);
  }

  long reserve(Address host) {
    return number(0, "hosts(address,address)", pool, host);
  }

  long paid(Address host) {
    return number(1, "hosts(address,address)", pool, host);
  }

  long floating() {
    return number(0, "floats(address)", pool);
  }

  long held() {
    return chain.balance(contract).toLong();
  }

  private long number(int word, String signature, Object... arguments) {
    return Abi.word(chain.call(contract, Abi.call(signature, arguments)), word).toLong();
  }
}
