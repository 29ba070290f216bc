package io.lesnode.vipnode.client;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.primitives.Address;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipMessage.Offer;
import io.lesnode.vipnode.wire.VipMessage.Status;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** What a server says of itself, as far as it could prove it. Confined to its buyer. */
final class ServerClaims {
  private static final long CLOCK_SLACK_SECONDS = 900;

  private final BuyerContext.Self self;
  private final BuyerContext.Server server;
  private final Set<MethodId> dropped = new HashSet<>();
  private @Nullable Status status;
  private @Nullable OfferTerms terms;
  private long highestSeq;

  ServerClaims(BuyerContext.Self self, BuyerContext.Server server) {
    this.self = self;
    this.server = server;
  }

  /** A new connection: the server introduces itself again. What it offered stays known. */
  void restart() {
    status = null;
    dropped.clear();
  }

  /** Takes the handshake; what is wrong with it, or empty. */
  Optional<String> take(Status claimed) {
    if (claimed.version() != VipCapability.VERSION) {
      return Optional.of("it speaks version " + claimed.version() + " of vip");
    }
    if (!claimed.chainId().equals(self.chainId())
        || !claimed.genesisHash().equals(self.genesisHash())) {
      return Optional.of("it is paid on another chain");
    }
    if (!claimed.knownRoles().contains(Role.SERVER)) {
      return Optional.of("it sells no service");
    }
    Optional<Address> payee = claimed.payAddress();
    if (payee.isPresent() && !isBound(claimed, payee.get())) {
      return Optional.of("its pay address is not bound to its node: the signature is wrong");
    }
    status = claimed;
    return Optional.empty();
  }

  private boolean isBound(Status claimed, Address payee) {
    Bytes32 contracts = VipSignatures.contractSetHash(claimed.methods());
    return VipSignatures.isSignedByAccount(
        VipSignatures.bindDigest(self.chainId(), server.nodeId(), self.nodeId(), payee, contracts),
        claimed.bindSignature(),
        payee);
  }

  /** Takes an offer; why it does not count, or empty. */
  Optional<String> take(Offer offer, long unixSeconds) {
    OfferTerms offered = offer.terms();
    if (offered.seq() < highestSeq) {
      return Optional.of("its offer is older than one that it made before");
    }
    if (!VipSignatures.isSignedByKey(
        VipSignatures.offerDigest(offer.encoded()), offer.nodeSignature(), server.nodeKey())) {
      return Optional.of("its offer is not signed by its node key");
    }
    OfferTerms known = terms;
    if (known != null && offered.seq() == highestSeq && !isSame(known, offered)) {
      return Optional.of("it made two different offers with one number");
    }
    if (offered.fromSeconds() > unixSeconds + CLOCK_SLACK_SECONDS) {
      return Optional.of("its offer begins in the future");
    }
    if (offered.minCapacity() < 1) {
      return Optional.of("its offer has no smallest capacity");
    }
    highestSeq = offered.seq();
    terms = offered;
    return Optional.empty();
  }

  /** Only hints about the moment may differ between two copies of one offer. */
  private static boolean isSame(OfferTerms one, OfferTerms other) {
    return one.tokenPriceWeiPer1e9().equals(other.tokenPriceWeiPer1e9())
        && one.factors().equals(other.factors())
        && one.methods().equals(other.methods());
  }

  /** The handshake, if it was good. */
  Optional<Status> status() {
    return Optional.ofNullable(status);
  }

  /** The newest good offer. */
  Optional<OfferTerms> terms() {
    return Optional.ofNullable(terms);
  }

  /** A method cannot be used in this session. */
  void drop(MethodId method) {
    dropped.add(method);
  }

  /** The first method of ours that the server takes. */
  Optional<MethodTerms> method(List<MethodId> preferred) {
    Status claimed = status;
    if (claimed == null) {
      return Optional.empty();
    }
    return preferred.stream()
        .filter(id -> !dropped.contains(id))
        .flatMap(
            id ->
                claimed.methods().stream()
                    .filter(entry -> entry.id() == id.number())
                    .map(MethodEntry::terms)
                    .flatMap(Optional::stream))
        .findFirst();
  }

  /** The server as payers know it. */
  Counterparty counterparty() {
    return new Counterparty(
        server.nodeId(), server.nodeKey(), status().flatMap(Status::payAddress));
  }
}
