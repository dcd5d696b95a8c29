# The public names, one line each, from the file that defines them. A folder of this package that is itself public reads
# `from thermokin import bounds as bounds`. Keep each on one line: the running package reads these lines too.
from thermokin._errors import DegenerateSteadyStateError as DegenerateSteadyStateError
from thermokin._errors import HypothesisError as HypothesisError
from thermokin._errors import NotConvergedError as NotConvergedError
from thermokin._errors import StudyError as StudyError
from thermokin._errors import ThermokinError as ThermokinError
from thermokin._errors import UnphysicalStateError as UnphysicalStateError
from thermokin._errors import UnreachableDistanceError as UnreachableDistanceError
from thermokin._errors import ValidityWarning as ValidityWarning

__version__: str
