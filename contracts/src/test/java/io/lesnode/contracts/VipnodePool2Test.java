package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.PoolRig.Cheque;
import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.SecondMachine;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A pool's operator against its clients and hosts, and the other way round, on both machines. Test
 * C6 of docs/vip.md (the pool's mint) and defect D5 of vipnode v2 are here.
 */
class VipnodePool2Test {
  @RegisterExtension static final SecondMachine SECOND = new SecondMachine();

  private final PoolRig rig = new PoolRig(SECOND.chain(Fork.SHANGHAI));
  private final ContractChain chain = rig.chain;
  private final KeyPair client = chain.account(10);
  private final KeyPair host = chain.account(20);

  /** Test C6: no call of the operator moves a deposit that the client did not sign away. */
  @Test
  void theOperatorCannotTakeADeposit() {
    rig.deposit(client, 1_000_000).succeeded();
    Address victim = client.address();
    UInt256 sum = UInt256.valueOf(1_000_000);
    Bytes32 digest = rig.digest("spendDigest(address,uint256)", rig.pool, 1_000_000L);
    Signature own = rig.operator.sign(digest);
    Signature zero = new Signature(UInt256.ZERO, UInt256.ZERO, 0);
    for (Signature forged : List.of(own, zero, new Signature(sum, sum, 1))) {
      Bytes collect = rig.collect(new Cheque(victim, 1_000_000, forged));
      assertThat(chain.send(rig.operator, rig.contract, collect).failed().revertReason())
          .isEqualTo(error("BadSignature()"));
    }
    // an account that nobody has, with a signature that nobody made
    Bytes nobody = rig.collect(new Cheque(Address.ZERO, 5, zero));
    assertThat(rig.send(nobody).failed().revertReason()).isEqualTo(error("BadSignature()"));
    // the operator as a client and host of its own pool has what it put in
    rig.send(rig.operator, "announceFloatWithdrawal(uint128)", sum).succeeded();
    rig.send(rig.operator, "announceWithdrawal(address,uint128)", rig.pool, sum).succeeded();
    rig.send(rig.operator, "announceRelease(address,uint128)", rig.pool, sum).succeeded();
    assertThat(rig.send(rig.operator, "reserve(address,uint128)", rig.pool, sum).success())
        .isFalse();
    chain.mine(PoolRig.WINDOW);
    rig.send(rig.operator, "withdrawFloat(address)", rig.pool).succeeded();
    rig.send(rig.operator, "withdraw(address,address)", rig.pool, rig.pool).succeeded();
    rig.send(rig.operator, "release(address)", rig.pool).succeeded();
    rig.send(rig.payHosts(rig.earn(rig.pool, 1_000_000))).succeeded();
    assertThat(rig.held()).isEqualTo(1_000_000);
    assertThat(rig.deposited(victim)).isEqualTo(1_000_000);
    // vipnode's way to print money is gone
    for (String old : List.of("opSettle(address,uint256,uint256)", "opWithdraw(uint256)")) {
      assertThat(rig.send(rig.operator, old, rig.pool, 1L, 1L).success()).isFalse();
    }
  }

  /** Defect D5: a cheque states a sum, so using it again moves nothing. */
  @Test
  void chequesCountOnce() {
    rig.deposit(client, 1_000).succeeded();
    Cheque cheque = rig.spend(client, 300);
    rig.send(rig.collect(cheque, cheque)).succeeded();
    rig.send(rig.collect(cheque)).succeeded();
    rig.send(rig.collect(rig.spend(client, 200))).succeeded();
    assertThat(rig.floating()).isEqualTo(300);
    assertThat(rig.spent(client.address())).isEqualTo(300);
    Cheque earned = rig.earn(host.address(), 120);
    UInt256 before = chain.balance(host.address());
    for (int i = 0; i < 3; i++) {
      rig.send(rig.payHosts(earned, earned)).succeeded();
    }
    assertThat(chain.balance(host.address())).isEqualTo(before.add(120));
    assertThat(rig.floating()).isEqualTo(180);
  }

  @Test
  void chequesAreForOnePoolChainAndContract() {
    rig.deposit(client, 1_000).succeeded();
    Cheque cheque = rig.spend(client, 300);
    KeyPair otherPool = chain.account(2);
    chain
        .send(
            client,
            rig.contract,
            UInt256.valueOf(1_000),
            Abi.call("deposit(address,address)", otherPool.address(), client.address()))
        .succeeded();
    Bytes elsewhere =
        PoolRig.batch(
            "collect(address,(address,uint256,bytes32,bytes32)[])", otherPool.address(), cheque);
    assertThat(rig.send(elsewhere).success()).isFalse();
    PoolRig second = new PoolRig(chain);
    second.deposit(client, 1_000).succeeded();
    assertThat(second.send(second.collect(cheque)).success()).isFalse();
    chain.split(77);
    assertThat(rig.send(rig.collect(cheque)).success()).isFalse();
    chain.split(ContractChain.CHAIN_ID);
    // what a client signed is no order to pay a host, and the other way round
    assertThat(rig.send(rig.payHosts(cheque)).success()).isFalse();
    assertThat(rig.send(rig.collect(rig.earn(client.address(), 300))).success()).isFalse();
    rig.send(rig.collect(cheque)).succeeded();
  }

  /** A signature has one form. */
  @Test
  void highSIsRefused() {
    rig.deposit(client, 1_000).succeeded();
    Cheque good = rig.spend(client, 300);
    UInt256 justTooHigh = UInt256.valueOf(Secp256k1.HALF_ORDER).add(1);
    UInt256 twin = UInt256.valueOf(Secp256k1.ORDER).subtract(good.signature().s());
    for (UInt256 s : List.of(justTooHigh, twin)) {
      for (int parity = 0; parity < 2; parity++) {
        Signature wrong = new Signature(good.signature().r(), s, parity);
        assertThat(rig.send(rig.collect(new Cheque(client.address(), 300, wrong))).success())
            .isFalse();
      }
    }
  }

  /** vipnode's ForceSettle, answered: the pool has the window to bring the newest cheque. */
  @Test
  void aWithdrawalLeavesThePoolTime() {
    rig.deposit(client, 1_000).succeeded();
    rig.send(rig.collect(rig.spend(client, 100))).succeeded();
    rig.send(client, "announceWithdrawal(address,uint128)", rig.pool, 900L).succeeded();
    chain.mine(PoolRig.WINDOW - 2);
    assertThat(withdraw().failed().revertReason()).isEqualTo(error("NotYet()"));
    rig.send(rig.collect(rig.spend(client, 250))).succeeded();
    UInt256 before = chain.balance(client.address());
    withdraw().succeeded();
    assertThat(chain.balance(client.address())).isEqualTo(before.add(750));
    assertThat(rig.floating()).isEqualTo(250);
    assertThat(rig.deposited(client.address())).isZero();
    assertThat(withdraw().failed().revertReason()).isEqualTo(error("NothingAnnounced()"));
  }

  /** What is signed and not covered is paid from the next deposit. */
  @Test
  void whatIsShortStaysDue() {
    rig.deposit(client, 100).succeeded();
    Cheque cheque = rig.spend(client, 250);
    Sent sent = rig.send(rig.collect(cheque)).succeeded();
    assertThat(sent.logs().getFirst().topics().getFirst())
        .isEqualTo(Abi.topic("Short(address,address,uint256)"));
    assertThat(Abi.word(sent.logs().getFirst().data(), 0)).isEqualTo(UInt256.valueOf(150));
    rig.deposit(client, 500).succeeded();
    rig.send(rig.collect(cheque)).succeeded();
    assertThat(rig.spent(client.address())).isEqualTo(250);
    assertThat(rig.deposited(client.address())).isEqualTo(350);

    Cheque earned = rig.earn(host.address(), 1_000);
    rig.send(rig.payHosts(earned)).succeeded();
    assertThat(rig.paid(host.address())).isEqualTo(250);
    rig.fund(900).succeeded();
    rig.send(rig.payHosts(earned)).succeeded();
    assertThat(rig.paid(host.address())).isEqualTo(1_000);
    assertThat(rig.floating()).isEqualTo(150);
  }

  /** Both together end it at once; alone neither can, and the agreement serves once. */
  @Test
  void bothTogetherEndIt() {
    rig.deposit(client, 1_000).succeeded();
    Bytes32 digest =
        rig.digest(
            "leaveDigest(address,address,uint256,uint256)", rig.pool, client.address(), 400L, 0L);
    Signature byClient = client.sign(digest);
    Signature byPool = rig.operator.sign(digest);
    Address who = client.address();
    assertThat(rig.send(rig.closeAccount(who, 400, byClient, byClient)).success()).isFalse();
    assertThat(rig.send(rig.closeAccount(who, 400, byPool, byPool)).success()).isFalse();
    assertThat(rig.send(rig.closeAccount(who, 300, byClient, byPool)).success()).isFalse();
    UInt256 before = chain.balance(who);
    rig.send(rig.closeAccount(who, 400, byClient, byPool)).succeeded();
    assertThat(chain.balance(who)).isEqualTo(before.add(600));
    assertThat(rig.floating()).isEqualTo(400);

    rig.deposit(client, 1_000).succeeded();
    rig.spend(client, 900);
    assertThat(rig.send(rig.closeAccount(who, 400, byClient, byPool)).failed().revertReason())
        .isEqualTo(error("BadSignature()"));
    rig.send(rig.closeAccount(client, 900, 1)).succeeded();
    assertThat(rig.floating()).isEqualTo(900);
  }

  /** A host's reserve is its own, and the operator's way to float and reserves is announced. */
  @Test
  void hostsCanCashBeforeTheOperatorTakes() {
    KeyPair greedy = chain.account(21);
    rig.fund(1_000).succeeded();
    rig.send(rig.operator, "reserve(address,uint128)", host.address(), 400L).succeeded();
    rig.send(rig.operator, "announceRelease(address,uint128)", host.address(), 400L).succeeded();
    rig.send(rig.operator, "announceFloatWithdrawal(uint128)", 1_000L).succeeded();
    for (String early : List.of("release(address)", "withdrawFloat(address)")) {
      assertThat(rig.send(rig.operator, early, host.address()).failed().revertReason())
          .isEqualTo(error("NotYet()"));
    }
    rig.send(rig.payHosts(rig.earn(greedy.address(), 5_000))).succeeded();
    assertThat(rig.paid(greedy.address())).isEqualTo(600);
    rig.send(rig.payHosts(rig.earn(host.address(), 300))).succeeded();
    assertThat(rig.paid(host.address())).isEqualTo(300);
    assertThat(rig.reserve(host.address())).isEqualTo(100);

    chain.mine(PoolRig.WINDOW);
    assertThat(rig.send(host, "release(address)", host.address()).success()).isFalse();
    rig.send(rig.operator, "release(address)", host.address()).succeeded();
    assertThat(rig.floating()).isEqualTo(100);
    rig.send(rig.operator, "withdrawFloat(address)", rig.pool).succeeded();
    assertThat(rig.held()).isZero();
  }

  /** A host that takes no ether holds nobody up, and is paid when it does. */
  @Test
  void aHostThatRefusesIsPassedOver() {
    Address stubborn =
        chain.deploy(chain.account(3), ContractArtifact.named("Reenterer").bytecode());
    chain.send(chain.account(3), stubborn, Abi.call("refuse(bool)", true)).succeeded();
    rig.fund(1_000).succeeded();
    rig.send(rig.operator, "reserve(address,uint128)", stubborn, 100L).succeeded();
    Cheque blocked = rig.earn(stubborn, 400);
    rig.send(rig.payHosts(blocked, rig.earn(host.address(), 200))).succeeded();
    assertThat(rig.paid(stubborn)).isZero();
    assertThat(rig.reserve(stubborn)).isEqualTo(100);
    assertThat(rig.paid(host.address())).isEqualTo(200);
    assertThat(rig.floating()).isEqualTo(700);
    chain.send(chain.account(3), stubborn, Abi.call("refuse(bool)", false)).succeeded();
    rig.send(rig.payHosts(blocked)).succeeded();
    assertThat(rig.paid(stubborn)).isEqualTo(400);
    assertThat(rig.floating()).isEqualTo(400);
    assertThat(rig.held()).isEqualTo(400);
  }

  /** Calls from within a payment find the books settled. */
  @Test
  void reentrancyGainsNothing() {
    KeyPair attacker = chain.account(3);
    Address thief = chain.deploy(attacker, ContractArtifact.named("Reenterer").bytecode());
    rig.fund(1_000).succeeded();
    rig.deposit(client, 5_000).succeeded();
    Bytes again = rig.payHosts(rig.earn(thief, 300));
    arm(attacker, thief, again, 3);
    rig.send(again).succeeded();
    // a host has gas to take its ether, not to come back: it counts as one that refuses
    assertThat(chain.balance(thief)).isEqualTo(UInt256.ZERO);
    assertThat(rig.floating()).isEqualTo(1_000);
    arm(attacker, thief, again, 0);
    rig.send(again).succeeded();
    assertThat(chain.balance(thief)).isEqualTo(UInt256.valueOf(300));
    assertThat(rig.floating()).isEqualTo(700);

    // the thief as a client with a deposit of its own
    chain.fund(thief, UInt256.valueOf(100));
    run(attacker, thief, 100, Abi.call("deposit(address,address)", rig.pool, thief));
    run(
        attacker,
        thief,
        0,
        Abi.call("announceWithdrawal(address,uint128)", rig.pool, UInt256.valueOf(100)));
    chain.mine(PoolRig.WINDOW);
    Bytes withdraw = Abi.call("withdraw(address,address)", rig.pool, thief);
    arm(attacker, thief, withdraw, 3);
    rig.send(withdraw).succeeded();
    assertThat(Abi.word(chain.call(thief, Abi.call("attempts()")), 0).toLong()).isPositive();
    assertThat(Abi.word(chain.call(thief, Abi.call("successes()")), 0).toLong()).isZero();
    assertThat(chain.balance(thief)).isEqualTo(UInt256.valueOf(400));
    assertThat(rig.held()).isEqualTo(5_000 + 700);
  }

  /** Ten clients and three hosts need eleven deposits; what batches cost. */
  @Test
  void manyClientsAndHostsInTwoTransactions() {
    rig.fund(1).succeeded();
    List<KeyPair> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(chain.account(30 + i));
      rig.deposit(clients.get(i), 1_000).succeeded();
    }
    Cheque[] first = clients.stream().map(each -> rig.spend(each, 100)).toArray(Cheque[]::new);
    rig.send(rig.collect(first)).succeeded();
    Cheque[] later = clients.stream().map(each -> rig.spend(each, 300)).toArray(Cheque[]::new);
    long collect = rig.send(rig.collect(later)).succeeded().gasUsed() / 20;
    assertThat(collect).isLessThanOrEqualTo(19_000);
    assertThat(rig.floating()).isEqualTo(6_001);
    Cheque[] hosts =
        IntStream.range(20, 23)
            .mapToObj(i -> rig.earn(chain.account(i).address(), 2_000))
            .toArray(Cheque[]::new);
    rig.send(rig.payHosts(hosts)).succeeded();
    assertThat(rig.floating()).isEqualTo(1);
    assertThat(rig.held()).isEqualTo(20 * 700 + 1);
  }

  private Sent withdraw() {
    return rig.send(Abi.call("withdraw(address,address)", rig.pool, client.address()));
  }

  private void arm(KeyPair attacker, Address thief, Bytes call, long times) {
    chain
        .send(attacker, thief, Abi.call("arm(address,bytes,uint256)", rig.contract, call, times))
        .succeeded();
  }

  private void run(KeyPair attacker, Address thief, long value, Bytes call) {
    chain
        .send(attacker, thief, Abi.call("run(address,uint256,bytes)", rig.contract, value, call))
        .succeeded();
  }

  private static String error(String signature) {
    return Abi.selector(signature).toHexString();
  }
}
