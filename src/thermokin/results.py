"""All kinds of results; their base `Result`, and `View` and `Variable`, which say how one looks."""

from thermokin._result import ArrayResult, Result
from thermokin.bath_memory.correlation_expansion import CorrelationExpansion
from thermokin.bath_memory.hierarchy_answers import HierarchyEvolution, HierarchyState
from thermokin.bounds.bound import Bound, Bounds
from thermokin.counting.covariance import Covariance
from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.cumulants import Cumulants
from thermokin.counting.distribution import Distribution
from thermokin.counting.fluctuation_symmetry import FluctuationSymmetry
from thermokin.counting.integrated_covariance import IntegratedCovariance
from thermokin.counting.integrated_cumulants import IntegratedCumulants
from thermokin.counting.kink import Kink
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.counting.rate_function import RateFunction
from thermokin.counting.truncation import TruncatedCumulants
from thermokin.counting.waiting_times import WaitingTimes
from thermokin.cycles.cycle_cumulants import CycleCumulants
from thermokin.cycles.cycle_ledger import CycleLedger
from thermokin.cycles.cycle_planes import CyclePlanes
from thermokin.cycles.driven_evolution import DrivenEvolution
from thermokin.cycles.driven_trajectories import DrivenTrajectories
from thermokin.cycles.ideal_cycle import IdealCycle
from thermokin.cycles.limit_cycle import LimitCycle
from thermokin.cycles.two_point_work import TwoPointWork
from thermokin.design.falsify_result import Falsification
from thermokin.design.front_result import Front
from thermokin.exact.thermal_quench import HeatDistribution
from thermokin.gaussian.cumulants import GaussianCovariance, GaussianCumulants
from thermokin.gaussian.gaussian_evolution import GaussianEvolution, GaussianLedger
from thermokin.gaussian.gaussian_spectrum import GaussianSpectrum
from thermokin.gaussian.gaussian_state import GaussianState
from thermokin.gaussian.integrated_counts import GaussianIntegratedCovariance, GaussianIntegratedCumulants
from thermokin.geometry.kinematics import Kinematics
from thermokin.inference.compare_fits import FitComparison
from thermokin.inference.entropy_estimates import EntropyEstimates
from thermokin.inference.findings import RecordFindings
from thermokin.inference.fisher_information import FisherInformation
from thermokin.inference.fit import Fit
from thermokin.inference.goodness_of_fit import GoodnessOfFit
from thermokin.inference.record_spectrum import RecordSpectrum
from thermokin.inference.record_statistics import RecordStatistics
from thermokin.inference.record_waits import RecordWaits
from thermokin.linear_response.amplification import Amplification
from thermokin.linear_response.channel_response import ChannelResponse, ChannelResponseSpectrum
from thermokin.linear_response.correlation import Correlation
from thermokin.linear_response.emission_spectrum import EmissionSpectrum
from thermokin.linear_response.fluctuation_dissipation import FluctuationDissipation
from thermokin.linear_response.mode_response import ModeResponse
from thermokin.linear_response.noise_by_channel import NoiseByChannel, SpectrumByChannel
from thermokin.linear_response.onsager import OnsagerMatrix
from thermokin.linear_response.resolved_balance import ResolvedBalance
from thermokin.linear_response.response import Response
from thermokin.linear_response.susceptibility import Susceptibility
from thermokin.linear_response.thermoelectric import Thermoelectric
from thermokin.machines.differential_conductance import DifferentialConductance
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.machines.rectification import Rectification
from thermokin.machines.steady_ledger import SteadyLedger
from thermokin.machines.thermoelectric_map import ThermoelectricMap
from thermokin.master_equations.generators import Generators
from thermokin.master_equations.redfield_counting import RedfieldCumulants
from thermokin.master_equations.redfield_evolution import RedfieldEvolution
from thermokin.master_equations.redfield_state import RedfieldState
from thermokin.motion.evolution import Evolution
from thermokin.motion.modes import Modes
from thermokin.motion.steady_state import SteadyState
from thermokin.parts.bond_balance import BondCurrents
from thermokin.parts.local_entropy_production import LocalEntropyProduction
from thermokin.parts.local_temperatures import LocalTemperatures
from thermokin.parts.part_correlations import PartCorrelations
from thermokin.periodic.floquet_states import FloquetStates
from thermokin.quench.branch import Branch
from thermokin.quench.comparison import Comparison
from thermokin.quench.mpemba import Mpemba
from thermokin.quench.spectral_account import SpectralAccount
from thermokin.slow_driving.friction import Friction
from thermokin.slow_driving.geodesic import Geodesic
from thermokin.slow_driving.geodesics import Geodesics
from thermokin.slow_driving.slow_drive import SlowDrive
from thermokin.stored_work.charging import Charging
from thermokin.stored_work.ergotropy import Ergotropy
from thermokin.stored_work.local_ergotropy import LocalErgotropy
from thermokin.strong_coupling.level_convergence import LevelConvergence
from thermokin.strong_coupling.mean_force_state import MeanForce
from thermokin.strong_coupling.strongly_coupled import StronglyCoupled
from thermokin.thermo.ledger import Ledger
from thermokin.trajectories.diffusive_trajectories import DiffusiveTrajectories
from thermokin.trajectories.trajectories import SampleCumulants, Trajectories, Trajectory
from thermokin.transport.transmission_spectrum import TransmissionSpectrum
from thermokin.transport.transport_covariance import TransportCovariance
from thermokin.transport.transport_cumulants import TransportCumulants
from thermokin.transport.transport_onsager import TransportOnsager, TransportThermoelectric
from thermokin.transport.transport_spectrum import TransportSpectrum
from thermokin.views.labelled import Labelled
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = [
    "Amplification",
    "ArrayResult",
    "BondCurrents",
    "Bound",
    "Bounds",
    "Branch",
    "ChannelResponse",
    "ChannelResponseSpectrum",
    "Charging",
    "Comparison",
    "Correlation",
    "CorrelationExpansion",
    "Covariance",
    "CumulantGeneratingFunction",
    "Cumulants",
    "CycleCumulants",
    "CycleLedger",
    "CyclePlanes",
    "DifferentialConductance",
    "DiffusiveTrajectories",
    "Distribution",
    "DrivenEvolution",
    "DrivenTrajectories",
    "EmissionSpectrum",
    "EntropyEstimates",
    "Ergotropy",
    "Evolution",
    "Falsification",
    "FiguresOfMerit",
    "FisherInformation",
    "Fit",
    "FitComparison",
    "FloquetStates",
    "FluctuationDissipation",
    "FluctuationSymmetry",
    "Friction",
    "Front",
    "GaussianCovariance",
    "GaussianCumulants",
    "GaussianEvolution",
    "GaussianIntegratedCovariance",
    "GaussianIntegratedCumulants",
    "GaussianLedger",
    "GaussianSpectrum",
    "GaussianState",
    "Generators",
    "Geodesic",
    "Geodesics",
    "GoodnessOfFit",
    "HeatDistribution",
    "HierarchyEvolution",
    "HierarchyState",
    "IdealCycle",
    "IntegratedCovariance",
    "IntegratedCumulants",
    "Kinematics",
    "Kink",
    "Labelled",
    "Ledger",
    "LevelConvergence",
    "LimitCycle",
    "LocalEntropyProduction",
    "LocalErgotropy",
    "LocalTemperatures",
    "MeanForce",
    "ModeResponse",
    "Modes",
    "Mpemba",
    "NoiseByChannel",
    "NoiseSpectrum",
    "OnsagerMatrix",
    "PartCorrelations",
    "RateFunction",
    "RecordFindings",
    "RecordSpectrum",
    "RecordStatistics",
    "RecordWaits",
    "Rectification",
    "RedfieldCumulants",
    "RedfieldEvolution",
    "RedfieldState",
    "ResolvedBalance",
    "Response",
    "Result",
    "SampleCumulants",
    "SlowDrive",
    "SpectralAccount",
    "SpectrumByChannel",
    "SteadyLedger",
    "SteadyState",
    "StronglyCoupled",
    "Susceptibility",
    "Thermoelectric",
    "ThermoelectricMap",
    "Trajectories",
    "Trajectory",
    "TransmissionSpectrum",
    "TransportCovariance",
    "TransportCumulants",
    "TransportOnsager",
    "TransportSpectrum",
    "TransportThermoelectric",
    "TruncatedCumulants",
    "TwoPointWork",
    "Variable",
    "View",
    "WaitingTimes",
]
