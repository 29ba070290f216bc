package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.LotteryRig.Opened;
import io.lesnode.contracts.LotteryRig.Tree;
import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Test C7 of docs/vip.md for lotteries, pools and subscriptions: whatever is called, in whatever
 * order, the ether in a contract is the sum of what it says it owes.
 */
class ConservationLawsTest {

  @Property(tries = 3)
  void poolsBalance(@ForAll long seed) {
    Random random = new Random(seed);
    PoolRig rig = new PoolRig(ContractChain.shanghai());
    long[] signed = new long[3];
    long[] promised = new long[3];
    long in = 0;
    long out = 0;
    for (int step = 0; step < 100; step++) {
      int who = random.nextInt(3);
      KeyPair client = rig.chain.account(10 + who);
      KeyPair host = rig.chain.account(20 + who);
      long wei = 1L + random.nextInt(1_000);
      long before = rig.held();
      Sent sent = poolStep(rig, random, client, host, wei, signed, promised, who);
      long change = rig.held() - before;
      in += Math.max(0, change);
      out += Math.max(0, -change);
      assertThat(sent.success() || change == 0).isTrue();
      assertPoolBalances(rig);
      // nobody gets more than was signed
      assertThat(rig.spent(client.address())).isLessThanOrEqualTo(signed[who]);
      assertThat(rig.paid(host.address())).isLessThanOrEqualTo(promised[who]);
    }
    assertThat(in - out).isEqualTo(rig.held());
  }

  private static void assertPoolBalances(PoolRig rig) {
    long sum = rig.floating();
    for (int i = 0; i < 3; i++) {
      sum += rig.deposited(rig.chain.account(10 + i).address());
      sum += rig.reserve(rig.chain.account(20 + i).address());
    }
    assertThat(sum).isEqualTo(rig.held());
  }

  private static Sent poolStep(
      PoolRig rig,
      Random random,
      KeyPair client,
      KeyPair host,
      long wei,
      long[] signed,
      long[] promised,
      int who) {
    return switch (random.nextInt(13)) {
      case 0, 1 -> rig.deposit(client, wei);
      case 2, 3 -> {
        signed[who] = Math.max(signed[who], wei * 3);
        yield rig.send(rig.collect(rig.spend(client, wei * 3), rig.spend(client, wei)));
      }
      case 4, 5 -> {
        promised[who] = Math.max(promised[who], wei * 3);
        yield rig.send(rig.payHosts(rig.earn(host.address(), wei * 3)));
      }
      case 6 -> rig.fund(wei);
      case 7 -> rig.send(rig.operator, "reserve(address,uint128)", host.address(), wei);
      case 8 -> {
        rig.send(client, "announceWithdrawal(address,uint128)", rig.pool, wei);
        yield rig.send(rig.operator, "announceFloatWithdrawal(uint128)", wei);
      }
      case 9 -> rig.send(rig.operator, "announceRelease(address,uint128)", host.address(), wei);
      case 10 -> {
        rig.chain.mine(random.nextInt(30_000));
        yield rig.send(client, "withdraw(address,address)", rig.pool, client.address());
      }
      case 11 -> {
        rig.send(rig.operator, "release(address)", host.address());
        Address elsewhere = rig.chain.account(40).address();
        yield rig.send(rig.operator, "withdrawFloat(address)", elsewhere);
      }
      default -> {
        signed[who] = Math.max(signed[who], wei);
        yield rig.send(rig.closeAccount(client, wei, random.nextInt(3)));
      }
    };
  }

  @Property(tries = 3)
  void lotteriesBalance(@ForAll long seed) {
    Random random = new Random(seed);
    ContractChain chain = ContractChain.shanghai();
    LotteryRig rig = new LotteryRig(chain);
    Tree tree = new Tree(2);
    List<Opened> all = new ArrayList<>();
    for (int step = 0; step < 80; step++) {
      Opened some = all.isEmpty() ? null : all.get(random.nextInt(all.size()));
      int kind = some == null ? 0 : random.nextInt(5);
      if (kind == 0) {
        long drawn = random.nextLong(1L << 32);
        all.add(rig.open(tree, drawn, UInt256.valueOf(1 + random.nextInt(1_000)), 5));
      } else if (kind == 1) {
        chain.mine(random.nextInt(200));
      } else if (kind == 2) {
        Bytes32 root = tree.root();
        chain.send(
            rig.owner, rig.book, Abi.call("destroyLottery(bytes32,uint64)", root, some.salt()));
      } else if (kind == 3) {
        rollOver(rig, some, random);
      } else {
        int payee = random.nextInt(4);
        rig.send(rig.claim(some, payee, tree.upper(payee)));
      }
      assertLotteriesBalance(rig, all);
    }
  }

  private static void rollOver(LotteryRig rig, Opened old, Random random) {
    Bytes32 root = old.tree().root();
    Bytes call =
        Abi.call(
            "rollLottery(bytes32,uint64,bytes32,uint64,uint64)",
            root,
            old.salt(),
            root,
            old.salt(),
            rig.chain.number() + 5);
    rig.chain.send(rig.owner, rig.book, UInt256.valueOf(random.nextInt(100)), call);
  }

  private static void assertLotteriesBalance(LotteryRig rig, List<Opened> all) {
    UInt256 low128 = UInt256.MAX_VALUE.shiftRight(128);
    UInt256 sum = UInt256.ZERO;
    for (Opened each : all) {
      sum = sum.add(rig.word(each.id()).and(low128));
    }
    assertThat(sum).isEqualTo(rig.chain.balance(rig.book));
  }

  @Property(tries = 3)
  void subscriptionsBalance(@ForAll long seed) {
    Random random = new Random(seed);
    ContractChain chain = ContractChain.shanghai();
    KeyPair[] providers = {chain.account(1), chain.account(2)};
    Address contract = chain.deploy(providers[0], ContractArtifact.SUBSCRIPTION.bytecode());
    for (KeyPair provider : providers) {
      chain.send(provider, contract, Abi.call("setPlan(uint128,uint32,uint32)", 70L, 86_400L, 3L));
    }
    for (int step = 0; step < 100; step++) {
      KeyPair provider = providers[random.nextInt(2)];
      Bytes32 node = node(random.nextInt(5));
      long periods = 1L + random.nextInt(3);
      switch (random.nextInt(9)) {
        case 0, 1, 2 ->
            chain.send(
                chain.account(3 + random.nextInt(2)),
                contract,
                UInt256.valueOf(periods * 70 + random.nextInt(50)),
                Abi.call(
                    "register(address,bytes32,uint32,uint32)",
                    provider.address(),
                    node,
                    periods,
                    (long) random.nextInt() & 0xffff));
        case 3 -> chain.send(provider, contract, Abi.call("acknowledge(bytes32)", node));
        case 4 ->
            chain.send(
                chain.account(8),
                contract,
                Abi.call("refund(address,bytes32)", provider.address(), node));
        case 5 -> chain.send(provider, contract, Abi.call("withdraw(address)", provider.address()));
        case 6 -> chain.send(provider, contract, UInt256.valueOf(periods), Abi.call("addStake()"));
        case 7 -> chain.send(provider, contract, Abi.call("releaseStake()"));
        default -> chain.warp(random.nextInt(200_000));
      }
      long sum = Arrays.stream(providers).mapToLong(p -> owed(chain, contract, p)).sum();
      assertThat(sum).isEqualTo(chain.balance(contract).toLong());
    }
  }

  private static long owed(ContractChain chain, Address contract, KeyPair provider) {
    Address who = provider.address();
    long sum = Abi.word(chain.call(contract, Abi.call("earned(address)", who)), 0).toLong();
    sum += Abi.word(chain.call(contract, Abi.call("stakes(address)", who)), 0).toLong();
    for (int i = 0; i < 5; i++) {
      Bytes member = chain.call(contract, Abi.call("members(address,bytes32)", who, node(i)));
      sum += Abi.word(member, 6).toLong();
    }
    return sum;
  }

  private static Bytes32 node(int index) {
    return Keccak.keccak256(Bytes.ofUnsignedInt(index));
  }
}
