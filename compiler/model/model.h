/*
 * The model: a pipeline as its author wrote it, typed. This is the map of the
 * language; schemas/pipeline.xsd says the same to editors. Each field names
 * the XML that it comes from. Everything is owned by the arena; lists are
 * arrays with a count, in document order. A struct value whose text is NULL
 * was not given. reader.c fills a model in, checks read it, lower.c turns it
 * into a machine; nobody changes it in between.
 */
#ifndef COMPILER_MODEL_H
#define COMPILER_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stagewright/machine.h>

#include "base/source.h"

/* An attribute's value or an element's text, and where it stands. */
struct value {
	const char *text; /* entities resolved; NULL: not given */
	struct span at;   /* of the value as written, without the quotes */
};

struct values {
	struct value *items;
	size_t n;
};

/* A count or a duration, with the default filled in when it was not given. */
struct number {
	uint64_t n;
	struct value written;
};

/* <configuration><parameter name="...">, <env name="...">, provider's own. */
struct parameter {
	struct value name;
	struct value value;
	struct value type;   /* type= of an <env> */
	struct value secret; /* secret= of an <env>: it has no value here */
	struct span at;      /* of the element or attribute */
};

struct parameters {
	struct parameter *items;
	size_t n;
};

/* <output files="dist/ doc/">NAME</output> */
struct output {
	struct value name;
	struct values files; /* glob patterns; none: the whole workspace */
	struct span at;
};

struct outputs {
	struct output *items;
	size_t n;
};

/* <allow rule="art-unread" reason="..." until="2027-01-31"/> */
struct allow {
	struct value rule;
	struct value reason;
	struct value until;
	struct span at;
};

struct allows {
	struct allow *items;
	size_t n;
};

/* <limits memory="2GiB" processes="256" .../>; 0: no limit */
struct limits {
	struct number memory;      /* memory=: bytes of one process */
	struct number processes;   /* processes=, at a time */
	struct number file_size;   /* fileSize=: bytes of one file */
	struct number cpu_time_ms; /* cpuTime="10m" of one process */
	struct number open_files;  /* openFiles= of one process */
	struct span at;            /* not set: there are none */
};

/* What commands and plug-ins are kept from, of actions and rules. */
struct confinement {
	/* sandbox="none|user|bubblewrap", else the pipeline's, else "none";
	 * NULL: what is done runs no program of the author's */
	struct value sandbox;
	struct value network; /* network="true|false", in bubblewrap */
	struct limits limits;
};

/* What becomes of an action whose outcome cannot be known. */
enum on_unknown {
	UNKNOWN_ASKS,    /* it waits until somebody has looked and settles it */
	UNKNOWN_FAILS,   /* as it fails by itself, retries included */
	UNKNOWN_RETRIES, /* takes one of the retries; without one, it asks */
};

/* <source> <build> <test> <deploy> <approval> <invoke> <compute> */
struct action {
	enum sw_category category; /* the element's name */
	struct value name;         /* name= */
	struct value provider; /* provider=; .text has the default if absent */
	struct value namespace_;  /* namespace= */
	struct value environment; /* environment=, else the stage's */
	struct number run_order;  /* runOrder=, 1 */
	struct number timeout_ms; /* timeout="20m"; 0: the category's default */
	struct number retries;    /* retries=, 0: attempts after the first */
	/* backoff=, 10s: from the first failure to the second attempt; twice
	 * as long before each further one. 0: no retries */
	struct number backoff_ms;
	struct value idempotent;         /* idempotent="true|false" */
	bool is_idempotent;              /* two runs do what one does */
	struct value on_unknown_written; /* onUnknown="ask|fail|retry" */
	enum on_unknown on_unknown;
	struct value shell;             /* shell="sh|none" of its <run> lines */
	struct confinement confinement; /* sandbox= network= <limits> */
	struct values run;              /* <run>COMMAND</run>, one a line */
	struct values inputs;           /* <input>NAME</input> */
	struct value primary;           /* primaryInput=, of several inputs */
	struct outputs outputs;         /* <output> */
	struct values exports;          /* <export>VARIABLE</export> */
	struct parameters env;          /* <env name="N">VALUE</env> */
	struct parameters
	    parameters;       /* url= branch= path= ..., <configuration> */
	struct value text;    /* of an <approval>: what is asked */
	struct value role;    /* role= */
	struct value region;  /* region= */
	struct value owner;   /* owner="AWS|ThirdParty|Custom" */
	struct value version; /* version= of the provider */
	struct allows allows;
	struct span at; /* of the start tag */
};

struct actions {
	struct action *items;
	size_t n;
};

/* <rule name="..." provider="..." ...>, of a condition */
struct rule {
	struct value name;
	struct value provider;
	struct number timeout_ms;
	struct confinement confinement; /* sandbox= network= <limits> */
	struct values
	    run; /* <run>; the text of the rule is the first of them */
	struct value text;
	struct values inputs;
	struct parameters env;
	struct parameters parameters; /* cron= ..., <configuration> */
	struct value role;
	struct value region;
	struct span at;
};

struct rules {
	struct rule *items;
	size_t n;
};

enum condition_result {
	RESULT_NONE, /* not given */
	RESULT_FAIL,
	RESULT_SKIP,
	RESULT_ROLLBACK,
	RESULT_RETRY
};

/* <beforeEntry> <onSuccess> <onFailure>; not there: at is not set */
struct condition {
	enum condition_result result; /* result= */
	struct value result_written;
	struct value retry_mode; /* retryMode="FAILED_ACTIONS|ALL_ACTIONS" */
	struct number attempts;  /* attempts=, 1 */
	struct rules rules;
	struct span at;
};

/* <stage> */
struct stage {
	struct value name;
	struct value environment; /* environment= */
	struct value transition;  /* transition="open|closed" at the start */
	struct value reason;      /* reason=, of a closed transition */
	struct actions actions;   /* in document order */
	struct condition before_entry;
	struct condition on_success;
	struct condition on_failure;
	struct allows allows;
	struct span at;
};

struct stages {
	struct stage *items;
	size_t n;
};

/* <variable name="REGION" default="eu-west-1">What it is for.</variable> */
struct variable {
	struct value name;
	struct value default_;
	struct value description;
	struct span at;
};

struct variables {
	struct variable *items;
	size_t n;
};

/* <secret name="DEPLOY_TOKEN">What it is for.</secret>: never its value */
struct secret {
	struct value name;
	struct value description;
	struct span at;
};

struct secrets {
	struct secret *items;
	size_t n;
};

/* branches= excludeBranches= and so on: patterns, separated by blanks */
struct filter_patterns {
	struct values includes;
	struct values excludes;
};

/* <push> or <pullRequest>, of a <trigger> */
struct filter {
	bool is_pull_request;
	struct values events; /* events="OPEN UPDATED CLOSED" */
	struct filter_patterns branches;
	struct filter_patterns paths;
	struct filter_patterns tags;
	struct span at;
};

struct filters {
	struct filter *items;
	size_t n;
};

/* <trigger source="Checkout"> */
struct trigger {
	struct value source;    /* name of a source action */
	struct filters filters; /* none: each new tip of the source's branch */
	struct span at;
};

struct triggers {
	struct trigger *items;
	size_t n;
};

/* <artifactStore location="..." region="..." type="..." key="..."/> */
struct store {
	struct value location;
	struct value region;
	struct value type;
	struct value key;
	struct span at;
};

struct stores {
	struct store *items;
	size_t n;
};

enum policy_kind {
	POLICY_PRECEDE,
	POLICY_NEVER,
	POLICY_FOLLOW,
	POLICY_ALONE,
	POLICY_REQUIRE,
	POLICY_ONLY
};

/* How much a policy weighs. */
enum policy_level {
	LEVEL_NOTE,
	LEVEL_WARN,
	LEVEL_ERROR,
	LEVEL_FORBID /* an error that the model cannot allow */
};

/* What the two of a <precede> have in common. */
enum policy_same {
	SAME_EXECUTION, /* not given */
	SAME_REVISION,
	SAME_ARTIFACT
};

/* The outcome that a <follow> is about. */
enum policy_on {
	ON_END, /* not given: either */
	ON_SUCCEEDED,
	ON_FAILED
};

/*
 * <precede> <never> <follow> <alone> <require> <only>. What each means is in
 * compiler/policy/stagewright-policies.7; compiler/policy/ knows what its
 * selectors pick.
 */
struct policy {
	enum policy_kind kind; /* the element's name */
	enum policy_level level;
	struct value id;          /* id= */
	struct value level_given; /* enforce="note|warn|error|forbid", error */
	struct value what;        /* what=: a selector, as by= is */
	struct value by;          /* of precede and follow */
	enum policy_same same;
	struct value same_given; /* same="revision|artifact", of precede */
	struct number count;     /* count=, 1, of precede */
	struct value when;       /* when=, of never */
	enum policy_on on;
	struct value on_given;  /* on="succeeded|failed", of follow */
	struct value per;       /* per=, of alone */
	struct value attribute; /* attribute=, of require and only */
	struct value min;       /* min= and max=, of require */
	struct value max;
	struct values in; /* in=, of only */
	struct span at;
};

struct policies {
	struct policy *items;
	size_t n;
};

/* What a finding of a check weighs. */
enum lint_level {
	LINT_OFF,
	LINT_NOTE,
	LINT_WARNING,
	LINT_ERROR
};

/* <rule id="art-unread" level="off" environments="staging"/> */
struct lint_rule {
	struct value id;          /* id= of a check */
	struct value level_given; /* level="off|note|warning|error" */
	enum lint_level level;
	struct values environments; /* names; none: everywhere */
	struct span at;
};

struct lint_rules {
	struct lint_rule *items;
	size_t n;
};

enum preset_kind {
	PRESET_DEFAULT,
	PRESET_STRICT,
	PRESET_AUDIT,
	NPRESETS
};

/* <preset name="default|strict|audit"/>; not there: at is not set */
struct preset {
	struct value name;
	enum preset_kind kind;
	struct span at;
};

/* <lint>: first its preset, then its rules in their order. */
struct lint {
	struct preset preset;
	struct lint_rules rules;
	struct span at;
};

struct lints {
	struct lint *items;
	size_t n;
};

/* What a step of a scenario is; in the order of ELEMENT_START and following. */
enum step_kind {
	STEP_START,
	STEP_PUSH, /* another word for it */
	STEP_SUCCEED,
	STEP_FAIL,
	STEP_UNKNOWN,
	STEP_APPROVE,
	STEP_REJECT,
	STEP_PASS,
	STEP_OPEN,
	STEP_CLOSE,
	STEP_STOP,
	STEP_ABANDON,
	STEP_RETRY,
	STEP_OVERRIDE,
	STEP_ROLLBACK,
	STEP_ADVANCE, /* no event but many: what runs succeeds */
	STEP_EXPECT,  /* no event */
	NSTEPS
};

/* One element of a <scenario>: an event, or an expectation. */
struct step {
	enum step_kind kind;
	struct value element; /* its name */
	struct value stage;
	struct value action;    /* "STAGE.ACTION" */
	struct value rule;      /* "STAGE.RULE" */
	struct value condition; /* "beforeEntry", ... */
	struct value actions;   /* of <retry>: "all" or "failed" */
	struct value to;        /* of <advance>: "STAGE.ACTION", "STAGE.RULE" */
	struct value refused;   /* the reason, if it is to be refused */
	struct value status;  /* from here of <expect>; "none", "Failed", ... */
	struct value place;   /* at=: a stage, or "none" */
	struct value open;    /* "true" or "false" */
	struct value waiting; /* "#2 #3" or "none" */
	struct value starts;  /* an action or rule */
	struct value cancels; /* an action or rule */
	struct value decides; /* a rule of the machine: "arrive.waits" */
	struct number execution; /* n 0: none */
	struct span at;
};

struct steps {
	struct step *items;
	size_t n;
};

/* <scenario name="..."> */
struct scenario {
	struct value name;
	struct steps steps;
	struct span at;
};

struct scenarios {
	struct scenario *items;
	size_t n;
};

/* <scenarios>: the root of a file that holds nothing else. */
struct scenarios_file {
	struct scenarios scenarios;
};

/*
 * <include file="production.xml"/>. What it holds is in the lists of the model
 * when that is read: stages in its place, policies and scenarios at the end,
 * a <lint> before the model's own.
 */
struct include {
	struct value file; /* a path from the folder of the model */
	struct span at;
};

struct includes {
	struct include *items;
	size_t n;
};

/* <pipeline> */
struct model {
	struct value name;
	enum sw_mode mode; /* executionMode=, SUPERSEDED */
	struct value mode_written;
	/* maxExecutions=, 50: in flight. 0: the mode has no such limit */
	struct number max_executions;
	/* maxActions=: of one execution, running at a time. 0: no limit */
	struct number max_actions;
	struct value role;    /* role= */
	struct value sandbox; /* sandbox=, of what says none itself */
	struct stores stores;
	struct variables variables;
	struct secrets secrets;
	struct triggers triggers;
	struct stages stages;
	struct policies policies;
	struct scenarios scenarios;
	struct includes includes;
	struct allows allows;
	/* One after the other: those of included files, the model's own, those
	 * given beside it. */
	struct lints lints;
	struct span at;
	/* A name or an element is missing, and has been reported: what is not
	 * found may be in that hole. */
	bool is_incomplete;
};

/* The parameter with this name, or NULL. */
const struct parameter *parameter_find(
    const struct parameters *parameters, const char *name);
/*
 * The place of `length` bytes at `offset` of a value's text, in the file as
 * written: past entities, and past indentation that a <run> does not keep.
 */
struct span value_part(const struct sources *sources, const struct value *value,
    size_t offset, size_t length);
/* Is this environment the one that matters most? "production" and "prod" are;
 * NULL is none. */
bool environment_is_production(const char *environment);
/* Is it one to try in what goes to production? "staging", "stage", "preprod",
 * "preproduction", "pre-production", "test", "testing", "qa", "uat". */
bool environment_is_staging(const char *environment);
/* "source", "build", ...: the element of a category; static. */
const char *category_element(enum sw_category category);

#endif
