package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.RequestCost;
import java.util.Optional;

/**
 * The line {@code base + perItem · n}, neither part negative, with the least sum of squared
 * relative errors over measured points (n, t): weighted least squares with weights 1 / t². When the
 * best line has a negative part, the best one without that part is taken.
 */
final class CostFit {

  private int points;
  private double sumW;
  private double sumN;
  private double sumNn;
  private double sumT;
  private double sumNt;

  /** Adds a measured time of {@code amount} items. */
  void add(long amount, long nanos) {
    double n = (double) amount;
    double t = (double) Math.max(1, nanos);
    double w = 1 / (t * t);
    points++;
    sumW += w;
    sumN += w * n;
    sumNn += w * n * n;
    sumT += w * t;
    sumNt += w * n * t;
  }

  /** The line, if anything was measured. */
  Optional<RequestCost> line() {
    if (points == 0) {
      return Optional.empty();
    }
    double determinant = sumW * sumNn - sumN * sumN;
    boolean isPoint = determinant <= 1e-9 * sumW * sumNn;
    double perItem = isPoint ? sumNt / sumNn : (sumW * sumNt - sumN * sumT) / determinant;
    double base = isPoint ? 0 : (sumT - perItem * sumN) / sumW;
    if (base < 0) {
      base = 0;
      perItem = sumNt / sumNn;
    } else if (perItem < 0) {
      perItem = 0;
      base = sumT / sumW;
    }
    return Optional.of(new RequestCost(Math.round(base), Math.round(perItem)));
  }
}
