package io.lesnode.vip;

import io.lesnode.devp2p.NodeId;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.rocks.RocksLedgerStore;
import io.lesnode.payment.testmoney.TestMoneyMethod;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.wire.VipMessage;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The process that {@link KillDuringSaleTest} kills: a vip server with books and balances on the
 * disk, and a buyer that pays, buys and sells back over a real socket and tells what it asked for
 * and what it was acknowledged.
 */
final class KilledSale {
  static final UInt256 LIMIT = UInt256.valueOf(10).pow(18);

  private KilledSale() {}

  /** Arguments: folder, the buyer's secret, the first nonce, seed. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    KeyPair key = KeyPair.ofSecret(Bytes32.fromHexString(arguments[1]));
    long nonce = Long.parseLong(arguments[2]);
    Random random = new Random(Long.parseLong(arguments[3]));
    ServedDevChain chain = ServedDevChain.remembering(folder);
    VipServer server =
        VipServer.start(
            VipServerConfig.DEFAULT,
            new VipServer.Parts(
                chain.les,
                Ledger.open(RocksLedgerStore.open(folder.resolve("books"))),
                List.of(new TestMoneyMethod(LIMIT)),
                Optional.empty(),
                chain.nodeKey,
                1337,
                chain.chain.genesis().hash(),
                InstantSource.system(),
                VipSettlements.none()));
    Bytes32 id = NodeId.of(key.publicKey()).hash();
    System.out.println("start " + chain.les.clientInfo(List.of(id)).get(id).positiveBalance());
    chain.listen(server);
    RawBuyer buyer = RawBuyer.connect(chain, key).greet();
    buyer.expect(VipMessage.Offer.class);
    buyer.send(new VipMessage.Query(1, 0, 0, List.of(), List.of()));
    long serial = buyer.expect(VipMessage.Quote.class).lastSerial();
    while (true) {
      nonce++;
      UInt256 amount = UInt256.valueOf(1_000_000_000_000L + random.nextLong(9_000_000_000_000L));
      System.out.println("paying " + amount.toLong());
      buyer.send(
          new VipMessage.Pay(
              Bytes.ofUnsignedLong(nonce),
              MethodId.TEST.number(),
              TestMoneyMethod.proof(amount, nonce),
              1));
      VipMessage.Receipt receipt = buyer.expect(VipMessage.Receipt.class);
      while (receipt.payId().toLong() != nonce) {
        receipt = buyer.expect(VipMessage.Receipt.class);
      }
      System.out.println("paid " + receipt.cumulativeWei().toLong());
      serial = Math.max(serial, receipt.serial());
      long tokens = receipt.tokenBalance() / (2 + random.nextInt(8));
      if (random.nextBoolean() && tokens > 0) {
        serial++;
        System.out.println("selling " + tokens);
        buyer.send(new VipMessage.Exchange(1, serial, -tokens, -tokens, UInt256.ZERO, Bytes.EMPTY));
        // Right behind it a payment, whose delivery must not bring the tokens back.
        nonce++;
        System.out.println("paying 1");
        buyer.send(
            new VipMessage.Pay(
                Bytes.ofUnsignedLong(nonce),
                MethodId.TEST.number(),
                TestMoneyMethod.proof(UInt256.ONE, nonce),
                0));
        VipMessage answer = buyer.expect(VipMessage.class);
        while (!(answer instanceof VipMessage.Exchanged)) {
          if (answer instanceof VipMessage.Refuse refuse) {
            throw new IllegalStateException("refused: " + refuse.text());
          }
          answer = buyer.expect(VipMessage.class);
        }
        System.out.println("sold " + tokens);
      }
    }
  }
}
