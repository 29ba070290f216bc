package io.lesnode.vip;

import io.lesnode.les.server.ServiceDesk;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.price.TokenMarket;
import io.lesnode.vipnode.server.ReceiptCache;
import io.lesnode.vipnode.server.ServiceFigures;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Takes payments and trades tokens for the peers of a {@link VipHouse}: books them, has the pool
 * deliver or take tokens, and acknowledges what is durable. Confined to the ledger loop.
 */
final class PaymentDesk {
  private static final int RETRY_SECONDS = 1;

  private final VipHouse house;
  private final KeyPair nodeKey;
  private final ReceiptCache receipts = new ReceiptCache();
  private final List<SoldPeer> paying = new ArrayList<>();

  /** Tokens that the pool was asked to take and the books do not know as returned yet. */
  private final Map<Bytes32, Long> taking = new HashMap<>();

  PaymentDesk(VipHouse house, KeyPair nodeKey) {
    this.house = house;
    this.nodeKey = nodeKey;
  }

  void take(SoldPeer peer, VipMessage.Pay pay) {
    Optional<VipMessage.Receipt> known = receipts.find(peer.id(), pay.payId());
    if (known.isPresent()) {
      boolean unused = peer.send(known.get());
      return;
    }
    peer.keep(pay);
    paying.add(peer);
  }

  /** Books the payments of a peer that wait, those by one method in a row together. */
  void book(SoldPeer peer) {
    List<VipMessage.Pay> waiting = peer.takeUnbooked();
    int from = 0;
    while (from < waiting.size()) {
      int method = waiting.get(from).method();
      int to = from;
      while (to < waiting.size() && waiting.get(to).method() == method) {
        to++;
      }
      List<Till.PayResult> results =
          house.till.pay(peer.counterparty(), method, waiting.subList(from, to), used(peer));
      house.till.afterCommit(() -> deliver(peer, results));
      from = to;
    }
  }

  private long used(SoldPeer peer) {
    long has = peer.sale.figures().map(ServiceFigures::tokens).orElse(0L);
    return Math.max(0, house.till.netIssued(peer.id()) - has);
  }

  private static boolean isGrant(Till.PayResult result) {
    return result instanceof Till.PayResult.Paid paid && paid.untilSeconds() > 0;
  }

  /** The end of a turn: whatever waits is booked. */
  void bookAll() {
    List<SoldPeer> waiting = List.copyOf(paying);
    paying.clear();
    waiting.forEach(this::book);
  }

  private void deliver(SoldPeer peer, List<Till.PayResult> results) {
    if (results.stream().anyMatch(PaymentDesk::isGrant)) {
      house.grants.load();
    }
    deliverTokens(
        peer,
        tokens -> {
          for (Till.PayResult result : results) {
            switch (result) {
              case Till.PayResult.Paid paid -> acknowledge(peer, paid, tokens);
              case Till.PayResult.Refused refused -> refusePayment(peer, refused, tokens);
            }
          }
        });
  }

  private void acknowledge(SoldPeer peer, Till.PayResult.Paid paid, long tokens) {
    house.take(peer, peer.sale.onBought(paid.tokens(), house.now()));
    Bytes32 digest =
        VipSignatures.receiptDigest(
            paid.pay().payId(),
            peer.id(),
            paid.pay().method(),
            paid.cumulativeWei(),
            tokens,
            paid.serial());
    VipMessage.Receipt receipt =
        new VipMessage.Receipt(
            paid.pay().payId(),
            0,
            paid.creditedWei(),
            paid.cumulativeWei(),
            paid.currencyWei(),
            tokens,
            paid.serial(),
            Bytes.EMPTY,
            nodeKey.sign(digest).toBytes65());
    receipts.put(peer.id(), receipt);
    boolean unused = peer.send(receipt);
  }

  /** Evidence travels in a receipt; everything else is refused with the reason in words. */
  private void refusePayment(SoldPeer peer, Till.PayResult.Refused refused, long tokens) {
    Refusal refusal = refused.refusal();
    if (refusal.evidence().isEmpty()) {
      house.refuse(peer, refused.pay().payId().toLong(), refusal);
      return;
    }
    boolean unused =
        peer.send(
            new VipMessage.Receipt(
                refused.pay().payId(),
                refusal.code().number(),
                UInt256.ZERO,
                UInt256.ZERO,
                refused.currencyWei(),
                tokens,
                refused.serial(),
                refusal.evidence(),
                Bytes.EMPTY));
  }

  /** Brings a node's tokens up to what the books say, and tells how many it has. */
  void deliverTokens(SoldPeer peer, Consumer<Long> then) {
    long net = house.till.netIssued(peer.id()) - taking.getOrDefault(peer.id(), 0L);
    house.onDesk(
        desk -> {
          long unused = desk.deliverTokens(peer.id(), net);
          return new Delivered(desk.tokens(peer.id()), desk.client(peer.id()));
        },
        delivered -> {
          then.accept(delivered.tokens());
          delivered.client().ifPresent(client -> house.onClient(peer, client));
        });
  }

  private record Delivered(long tokens, Optional<ServiceDesk.Client> client) {}

  // ---- exchanges

  void trade(SoldPeer peer, VipMessage.Exchange exchange) {
    if (exchange.maxTokens() <= 0 && exchange.minTokens() < 0) {
      sell(peer, exchange);
      return;
    }
    try {
      Till.Exchanged done = house.till.buy(peer.counterparty(), exchange);
      house.till.afterCommit(
          () ->
              deliverTokens(
                  peer,
                  tokens -> {
                    house.take(peer, peer.sale.onBought(done.tokens(), house.now()));
                    sendExchanged(peer, exchange, done, tokens);
                  }));
    } catch (Refusal refusal) {
      house.refuse(peer, exchange.requestId(), refusal);
    }
  }

  /** The pool takes the tokens first, because it knows whether they are still there. */
  private void sell(SoldPeer peer, VipMessage.Exchange exchange) {
    if (peer.selling) {
      house.refuse(
          peer,
          exchange.requestId(),
          new Refusal(RefusalCode.RATE_LIMITED, "one sale at a time", RETRY_SECONDS, Bytes.EMPTY));
      return;
    }
    TokenMarket.Traded wanted;
    try {
      long tokens = peer.sale.figures().map(ServiceFigures::tokens).orElse(0L);
      wanted = house.till.offerForSale(peer.counterparty(), exchange, tokens);
    } catch (Refusal refusal) {
      house.refuse(peer, exchange.requestId(), refusal);
      return;
    }
    long tokens = -wanted.tokens();
    peer.selling = true;
    takeTokens(peer.id(), tokens, taken -> onTaken(peer, exchange, tokens, taken));
  }

  /**
   * Has the pool take tokens; answers on this loop. Until the answer is booked and durable the
   * books still count them as issued: a delivery that happens meanwhile, for example of a payment
   * sent right behind a sale, must not bring them back.
   */
  void takeTokens(Bytes32 node, long tokens, Consumer<Boolean> then) {
    taking.merge(node, tokens, Long::sum);
    house.peer(node).ifPresent(peer -> peer.sale.onTaking(tokens));
    boolean unused =
        house.les.withDesk(
            desk ->
                desk.takeTokens(
                    node,
                    tokens,
                    taken -> house.loop.execute(() -> onTaken(node, tokens, taken, then))));
  }

  private void onTaken(Bytes32 node, long tokens, boolean areTaken, Consumer<Boolean> then) {
    if (!areTaken) {
      house.peer(node).ifPresent(peer -> peer.sale.onTaking(-tokens));
    }
    house.till.afterCommit(
        () -> {
          long left = taking.getOrDefault(node, 0L) - tokens;
          if (left > 0) {
            taking.put(node, left);
          } else {
            taking.remove(node);
          }
          // What was bought meanwhile may have been held back.
          house.peer(node).ifPresent(peer -> deliverTokens(peer, unused -> {}));
        });
    then.accept(areTaken);
  }

  private void onTaken(SoldPeer peer, VipMessage.Exchange exchange, long tokens, boolean areTaken) {
    peer.selling = false;
    Refusal refused = new Refusal(RefusalCode.OVER_LIMIT, "the tokens are used up");
    if (areTaken) {
      try {
        Till.Exchanged done = house.till.sellBack(peer.counterparty(), exchange, tokens);
        house.till.afterCommit(
            () -> deliverTokens(peer, left -> sendExchanged(peer, exchange, done, left)));
        return;
      } catch (Refusal refusal) {
        refused = refusal;
        house.till.afterCommit(
            () -> deliverTokens(peer, left -> {})); // they are the client's again
      }
    }
    house.refuse(peer, exchange.requestId(), refused);
  }

  private static void sendExchanged(
      SoldPeer peer, VipMessage.Exchange exchange, Till.Exchanged done, long tokens) {
    boolean unused =
        peer.send(
            new VipMessage.Exchanged(
                exchange.requestId(),
                done.serial(),
                done.tokens(),
                done.wei(),
                tokens,
                done.currencyWei()));
  }
}
