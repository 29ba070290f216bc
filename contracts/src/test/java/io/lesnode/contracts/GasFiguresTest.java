package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.LotteryRig.Opened;
import io.lesnode.contracts.LotteryRig.Tree;
import io.lesnode.contracts.PoolRig.Cheque;
import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.SecondMachine;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Test C1 of docs/vip.md for lotteries, pools and subscriptions: the README's figures are true. */
class GasFiguresTest {
  @RegisterExtension static final SecondMachine SECOND = new SecondMachine();

  private static final long DAY = 86_400;

  @Test
  void theReadmeHasTheseFigures() throws IOException {
    Map<String, Long> london = measure(Fork.LONDON);
    Map<String, Long> shanghai = measure(Fork.SHANGHAI);
    List<String> rows = new ArrayList<>();
    shanghai.forEach(
        (call, gas) -> rows.add(String.format("| %s | %,d | %,d |", call, london.get(call), gas)));
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme).as(String.join("\n", rows)).contains(rows);
  }

  private static Map<String, Long> measure(Fork fork) {
    Map<String, Long> gas = new LinkedHashMap<>();
    lottery(SECOND.chain(fork), gas);
    pool(SECOND.chain(fork), gas);
    subscription(SECOND.chain(fork), gas);
    return gas;
  }

  private static void lottery(ContractChain chain, Map<String, Long> gas) {
    gas.put("LotteryBook2 deploy", deploy(chain, ContractArtifact.LOTTERY_BOOK_2));
    LotteryRig rig = new LotteryRig(chain);
    Opened first = rig.open(new Tree(5), 0);
    gas.put("newLottery, 1 to 256 payees", first.sent().succeeded().gasUsed());
    rig.mineTo(first.reveal() + 257);
    Bytes32 root = first.tree().root();
    Bytes roll =
        Abi.call(
            "rollLottery(bytes32,uint64,bytes32,uint64,uint64)",
            root,
            first.salt(),
            root,
            first.salt() + 100,
            chain.number() + 5);
    gas.put("rollLottery", chain.send(rig.owner, rig.book, roll).succeeded().gasUsed());
    chain.mine(300);
    Bytes destroy = Abi.call("destroyLottery(bytes32,uint64)", root, first.salt() + 100);
    gas.put("destroyLottery", chain.send(rig.owner, rig.book, destroy).succeeded().gasUsed());
    for (int depth : new int[] {0, 3, 5, 8}) {
      gas.put("claim by the winner, depth " + depth, claim(rig, depth, true));
    }
    gas.put("claim by a helper, depth 8", claim(rig, 8, false));
  }

  private static long claim(LotteryRig rig, int depth, boolean byWinner) {
    KeyPair winner = rig.chain.account(20);
    Tree tree = new Tree(depth, winner.address());
    Opened lottery = rig.open(tree, tree.lower(0));
    rig.mineTo(lottery.reveal());
    KeyPair sender = byWinner ? winner : rig.chain.account(21);
    return rig.chain
        .send(sender, rig.book, rig.claim(lottery, 0, tree.upper(0)))
        .succeeded()
        .gasUsed();
  }

  private static void pool(ContractChain chain, Map<String, Long> gas) {
    gas.put("VipnodePool2 deploy", deploy(chain, ContractArtifact.VIPNODE_POOL_2));
    PoolRig rig = new PoolRig(chain);
    List<KeyPair> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(chain.account(30 + i));
    }
    gas.put("deposit, first", rig.deposit(clients.getFirst(), 1_000_000).gasUsed());
    gas.put("deposit, later", rig.deposit(clients.getFirst(), 1_000_000).gasUsed());
    clients.forEach(each -> rig.deposit(each, 1_000_000).succeeded());
    collect(rig, clients.subList(0, 1), 100);
    gas.put("collect of 1", collect(rig, clients.subList(0, 1), 200));
    collect(rig, clients, 300);
    gas.put("collect of 20, per client", collect(rig, clients, 400) / 20);
    payHosts(rig, clients, 10);
    gas.put("payHosts of 1", payHosts(rig, clients.subList(0, 1), 20));
    gas.put("payHosts of 20, per host", payHosts(rig, clients, 30) / 20);
    KeyPair client = clients.getFirst();
    gas.put(
        "announceWithdrawal",
        rig.send(client, "announceWithdrawal(address,uint128)", rig.pool, 500L).gasUsed());
    chain.mine(PoolRig.WINDOW);
    gas.put(
        "withdraw",
        rig.send(client, "withdraw(address,address)", rig.pool, client.address())
            .succeeded()
            .gasUsed());
    Bytes close = rig.closeAccount(client, 500, 0);
    gas.put("closeAccount", chain.send(client, rig.contract, close).succeeded().gasUsed());
  }

  private static long collect(PoolRig rig, List<KeyPair> clients, long sum) {
    Cheque[] cheques = clients.stream().map(each -> rig.spend(each, sum)).toArray(Cheque[]::new);
    return rig.send(rig.collect(cheques)).succeeded().gasUsed();
  }

  private static long payHosts(PoolRig rig, List<KeyPair> hosts, long sum) {
    Cheque[] cheques =
        hosts.stream().map(each -> rig.earn(each.address(), sum)).toArray(Cheque[]::new);
    return rig.send(rig.payHosts(cheques)).succeeded().gasUsed();
  }

  private static void subscription(ContractChain chain, Map<String, Long> gas) {
    gas.put("Subscription deploy", deploy(chain, ContractArtifact.SUBSCRIPTION));
    KeyPair provider = chain.account(1);
    Address contract = chain.deploy(provider, ContractArtifact.SUBSCRIPTION.bytecode());
    Bytes plan = Abi.call("setPlan(uint128,uint32,uint32)", 1_000L, 30 * DAY, 100L);
    chain.send(provider, contract, plan).succeeded();
    gas.put("register", register(chain, contract, 0));
    gas.put("acknowledge, first", acknowledge(chain, contract, 0));
    gas.put("renewal", register(chain, contract, 0));
    gas.put("acknowledge, later", acknowledge(chain, contract, 0));
    List<Bytes> nodes = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      register(chain, contract, i);
      nodes.add(node(i));
    }
    Bytes many =
        Bytes.concatenate(
            Abi.call("acknowledgeMany(bytes32[])", 32L, 16L), Bytes.concatenate(nodes));
    gas.put(
        "acknowledgeMany of 16, per member",
        chain.send(provider, contract, many).succeeded().gasUsed() / 16);
    register(chain, contract, 17);
    chain.warp(2 * DAY);
    Bytes refund = Abi.call("refund(address,bytes32)", provider.address(), node(17));
    gas.put("refund", chain.send(chain.account(2), contract, refund).succeeded().gasUsed());
    Bytes withdraw = Abi.call("withdraw(address)", provider.address());
    gas.put("withdraw earnings", chain.send(provider, contract, withdraw).succeeded().gasUsed());
  }

  private static long register(ContractChain chain, Address contract, int node) {
    Bytes call =
        Abi.call(
            "register(address,bytes32,uint32,uint32)",
            chain.account(1).address(),
            node(node),
            1L,
            (long) node);
    return chain
        .send(chain.account(2), contract, UInt256.valueOf(1_000), call)
        .succeeded()
        .gasUsed();
  }

  private static long acknowledge(ContractChain chain, Address contract, int node) {
    Bytes call = Abi.call("acknowledge(bytes32)", node(node));
    return chain.send(chain.account(1), contract, call).succeeded().gasUsed();
  }

  private static long deploy(ContractChain chain, ContractArtifact artifact) {
    Sent sent = chain.create(chain.account(0), UInt256.ZERO, artifact.bytecode());
    return sent.succeeded().gasUsed();
  }

  private static Bytes32 node(int index) {
    return Keccak.keccak256(Bytes.ofUnsignedInt(index));
  }
}
