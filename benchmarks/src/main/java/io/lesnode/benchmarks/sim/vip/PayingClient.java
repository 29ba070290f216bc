package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Capacity;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipWireException;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * A client that pays, or may: what it does on vip/1 beside its LES. It lives as long as the run;
 * connections come and go. Made by {@link Marketplace#client}.
 */
public abstract class PayingClient {
  private static final long SECOND_NANOS = 1_000_000_000L;

  final Marketplace market;
  final Bytes32 id;
  final ServiceSeen seen;
  final ClientBooks books = new ClientBooks();
  private final String group;
  private final Wish wish;
  private @Nullable Session session;
  private @Nullable OfferTerms terms;
  private long wantedUnits;

  /**
   * What a client wants.
   *
   * @param hourWei what an hour at the least capacity is worth to it
   * @param unit what the drawn capacity counts
   * @param drawn the capacity that it wants; 0: none
   */
  record Wish(BigInteger hourWei, Capacity.Unit unit, long drawn) {
    /** Wants no service for itself. */
    static final Wish NOTHING = new Wish(BigInteger.ZERO, Capacity.Unit.UNITS, 0);
  }

  /** Who it is. */
  record Person(String group, Bytes32 id, Wish wish, ServiceSeen seen) {}

  PayingClient(Marketplace market, Person person) {
    this.market = market;
    this.id = person.id();
    this.group = person.group();
    this.wish = person.wish();
    this.seen = person.seen();
  }

  // ---- the engine's side

  /**
   * vip was agreed on with the server, beside LES: the client's end of it.
   *
   * @param link to the server
   */
  public final PeerSession accept(PeerLink link) {
    Session mine = new Session(link);
    session = mine;
    connected();
    market.later(SECOND_NANOS, mine::tick);
    return mine;
  }

  /** vip on one connection. */
  private final class Session implements PeerSession {
    private final PeerLink link;

    Session(PeerLink link) {
      this.link = link;
    }

    @Override
    public void onMessage(int code, Bytes payload) {
      if (session != this) {
        return;
      }
      try {
        arrive(VipCodec.decode(code, payload));
      } catch (VipWireException e) {
        throw new IllegalStateException("our own server sent what is no message of vip", e);
      }
    }

    @Override
    public void onClosed(DisconnectReason reason, boolean byRemote) {
      if (session == this) {
        session = null;
        disconnected();
      }
    }

    private void tick() {
      if (session == this) {
        ticked();
        market.later(SECOND_NANOS, this::tick);
      }
    }
  }

  /** It ends its dealings with the seller, if it has any, and stays connected. */
  public void end() {}

  private void arrive(VipMessage message) {
    switch (message) {
      case VipMessage.Offer offer -> {
        books.tried = true;
        terms = offer.terms();
        wantedUnits =
            wish.drawn() == 0 ? 0 : Tastes.units(wish.unit(), wish.drawn(), offer.terms());
      }
      case VipMessage.Receipt receipt -> {
        if (receipt.status() == 0) {
          books.paidWei = books.paidWei.add(receipt.creditedWei().toUnsignedBigInteger());
          books.currencyWei = receipt.currencyBalanceWei().toUnsignedBigInteger();
        } else {
          books.refusals++;
        }
      }
      case VipMessage.Exchanged exchanged -> {
        books.currencyWei = exchanged.currencyBalanceWei().toUnsignedBigInteger();
        if (exchanged.tokens() < 0) {
          books.soldWei = books.soldWei.add(exchanged.currencyWei().toUnsignedBigInteger());
        }
      }
      case VipMessage.Refuse refuse -> books.refusals++;
      default -> {}
    }
    received(message);
  }

  final void send(VipMessage message) {
    Session open = session;
    if (open != null) {
      books.asked |= message instanceof VipMessage.Query;
      boolean unused = open.link.send(message.code(), VipCodec.encode(message));
    }
  }

  // ---- what becomes of it

  final String group() {
    return group;
  }

  final boolean isConnected() {
    return session != null;
  }

  /** The newest offer. */
  final Optional<OfferTerms> terms() {
    return Optional.ofNullable(terms);
  }

  /** What an hour at the least capacity is worth to it, in wei. */
  final BigInteger hourWei() {
    return wish.hourWei();
  }

  /** The capacity that it wants, as far as it knows the server. */
  final long wantedUnits() {
    return wantedUnits;
  }

  /** What its auction pays now, in tokens per second, and for how many units; none unless bid. */
  Optional<VipMessage.Award> award() {
    return Optional.empty();
  }

  // ---- what strategies do

  abstract void connected();

  abstract void disconnected();

  abstract void received(VipMessage message);

  /** Called every second while it is connected. */
  abstract void ticked();
}
