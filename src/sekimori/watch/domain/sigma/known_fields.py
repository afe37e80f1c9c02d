"""The fields of canonical records, and the other names under which public rules ask for them."""

from collections.abc import Mapping
from typing import Final

# Entra: fields seen in diagnostic records of each category, and columns of the Log Analytics tables of the same name.
TOP: Final = """
time resourceId operationName operationVersion category tenantId resultType resultSignature resultDescription durationMs
callerIpAddress correlationId identity level Level location properties changes authorization claims
resourceGroupName subscriptionId eventDataId eventTimestamp tenantIdentifier
"""
SIGN_IN: Final = """
id createdDateTime userDisplayName userPrincipalName userId userType appId appDisplayName ipAddress clientAppUsed
userAgent correlationId originalRequestId isInteractive tokenIssuerName tokenIssuerType processingTimeInMilliseconds
riskDetail riskLevelAggregated riskLevelDuringSignIn riskLevel riskState riskEventTypes riskEventTypes_v2
resourceDisplayName resourceId resourceTenantId homeTenantId homeTenantName servicePrincipalName servicePrincipalId
servicePrincipalCredentialKeyId servicePrincipalCredentialThumbprint federatedCredentialId uniqueTokenIdentifier
incomingTokenType authenticationProtocol authenticationMethodsUsed autonomousSystemNumber crossTenantAccessType
flaggedForReview isTenantRestricted isThroughGlobalSecureAccess globalSecureAccessIpAddress signInIdentifier
signInIdentifierType signInEventTypes signInTokenProtectionStatus ssoExtensionVersion originalTransferMethod
authenticationRequirement authenticationContextClassReferences sessionLifetimePolicies alternateSignInName sessionId
clientCredentialType conditionalAccessStatus conditionalAccessAudiences resourceServicePrincipalId resourceOwnerTenantId
appOwnerTenantId appServicePrincipalId managedServiceIdentity managedIdentityType authenticationAppDeviceDetails
authenticationAppPolicyEvaluationDetails
status status.errorCode status.failureReason status.additionalDetails
deviceDetail deviceDetail.deviceId deviceDetail.displayName deviceDetail.operatingSystem deviceDetail.browser
deviceDetail.isCompliant deviceDetail.isManaged deviceDetail.trustType deviceDetail.browserId
location location.city location.state location.countryOrRegion location.geoCoordinates
location.geoCoordinates.latitude location.geoCoordinates.longitude
mfaDetail mfaDetail.authMethod mfaDetail.authDetail agent agent.agentType agent.parentAppId
authenticationProcessingDetails authenticationProcessingDetails.key authenticationProcessingDetails.value
networkLocationDetails networkLocationDetails.networkType networkLocationDetails.networkNames
authenticationDetails authenticationDetails.authenticationStepDateTime authenticationDetails.authenticationMethod
authenticationDetails.authenticationMethodDetail authenticationDetails.succeeded
authenticationDetails.authenticationStepResultDetail authenticationDetails.authenticationStepRequirement
authenticationRequirementPolicies authenticationRequirementPolicies.requirementProvider
authenticationRequirementPolicies.detail privateLinkDetails privateLinkDetails.policyId
appliedConditionalAccessPolicies appliedConditionalAccessPolicies.id appliedConditionalAccessPolicies.displayName
appliedConditionalAccessPolicies.enforcedGrantControls appliedConditionalAccessPolicies.enforcedSessionControls
appliedConditionalAccessPolicies.result appliedConditionalAccessPolicies.conditionsSatisfied
appliedConditionalAccessPolicies.conditionsNotSatisfied
tokenProtectionStatusDetails tokenProtectionStatusDetails.signInSessionStatus
tokenProtectionStatusDetails.signInSessionStatusCode
"""
AUDIT: Final = """
id category correlationId result resultReason resultDescription activityDisplayName activityDateTime loggedByService
operationType operationName userAgent tenantGeo tenantId authenticationProvider workload
initiatedBy initiatedBy.user initiatedBy.user.id initiatedBy.user.displayName initiatedBy.user.userPrincipalName
initiatedBy.user.ipAddress initiatedBy.user.roles initiatedBy.user.userType initiatedBy.user.homeTenantId
initiatedBy.user.homeTenantName initiatedBy.app initiatedBy.app.appId initiatedBy.app.displayName
initiatedBy.app.servicePrincipalId initiatedBy.app.servicePrincipalName
targetResources targetResources.id targetResources.displayName targetResources.type targetResources.userPrincipalName
targetResources.groupType targetResources.administrativeUnits targetResources.modifiedProperties
targetResources.modifiedProperties.displayName targetResources.modifiedProperties.oldValue
targetResources.modifiedProperties.newValue
additionalDetails additionalDetails.key additionalDetails.value
"""
GRAPH: Final = """
timeGenerated location requestId operationId clientRequestId apiVersion requestMethod responseStatusCode tenantId
durationMs responseSizeBytes signInActivityId roles scopes appId servicePrincipalId userId UserPrincipalObjectID
identityProvider clientAuthMethod wids C_Idtyp C_Iat C_Sid C_DeviceId tokenIssuedAt ipAddress userAgent requestUri
atContent atContentP atContentH isReplay policyEvaluated deviceId sessionId
"""
RISK: Final = """
id requestId correlationId riskType riskEventType riskState riskLevel riskDetail source detectionTimingType activity
tokenIssuerType ipAddress location activityDateTime detectedDateTime lastUpdatedDateTime userId userDisplayName
userPrincipalName additionalInfo riskLastUpdatedDateTime isDeleted isProcessing isEnabled servicePrincipalType appId
servicePrincipalId servicePrincipalDisplayName keyIds history
"""
ACTIVITY: Final = """
statusCode serviceRequestId statusMessage entity message hierarchy eventCategory eventProperties resource requestbody
responseBody eventSubmissionTimestamp resourceProviderValue activityStatusValue activitySubstatusValue
httpRequest eventSource eventName operationId resourceGroup subscriptionId caller
"""
GROUPS: Final = (SIGN_IN, AUDIT, GRAPH, RISK, ACTIVITY)
"""The fields of `properties`, by log."""

OPEN: Final = (
    "changes",
    "initiator",
    "app",
    "authorization",
    "claims",
    "identity",
    "properties.requestbody",
    "properties.responsebody",
)
"""Objects whose keys are not listed: whatever a rule asks for inside them may be there."""

OBJECTS: Final = """
riskEventTypes riskEventTypes_v2 authenticationMethodsUsed authenticationContextClassReferences sessionLifetimePolicies
signInEventTypes conditionalAccessAudiences keyIds history additionalInfo authenticationAppDeviceDetails changes
identity claims authorization requestbody responseBody
enforcedGrantControls enforcedSessionControls audiences
"""
"""Fields that hold lists or objects, besides those that have fields of their own above."""

SCATTERED: Final[Mapping[str, str]] = {
    "": """
        time correlationId durationMs identity properties.id properties.correlationId properties.requestId
        properties.operationId properties.clientRequestId properties.durationMs properties.uniqueTokenIdentifier
        properties.signInActivityId properties.sessionId properties.C_Sid properties.C_Iat properties.createdDateTime
        properties.activityDateTime properties.timeGenerated properties.tokenIssuedAt properties.responseSizeBytes
        properties.servicePrincipalCredentialKeyId properties.originalRequestId properties.processingTimeInMilliseconds
        properties.appliedConditionalAccessPolicies properties.authenticationDetails
    """,
    "AuditLogs": "properties.targetResources properties.initiatedBy properties.additionalDetails",
    "MicrosoftGraphActivityLogs": "properties.requestUri",
}
"""Fields with a value of their own in nearly every record of any category, or of one: not worth remembering."""

DERIVED: Final = frozenset({"changes"})
"""Keys that no log has: what an audited operation changed."""

AROUND: Final = frozenset({"initiator", "first_party_initiator", "platform_initiator", "first_party_app"})
"""What a change says besides itself: dear to find out, so it is left out until a rule asks for it."""

DERIVED_FIELDS: Final = "changes.kind"

OTHER_NAMES: Final[Mapping[str, str]] = {
    # what a rule writes, without capitals and underscores -> canonical paths, the reading after a colon
    "properties.message": (
        "operationName properties.activityDisplayName properties.message properties.authenticationProtocol"
    ),
    "operation": "operationName properties.activityDisplayName",
    "operationname": "operationName properties.activityDisplayName properties.operationName",
    "operationnamevalue": "operationName",
    "activitydisplayname": "properties.activityDisplayName operationName",
    "activitytype": "operationName properties.activityDisplayName",
    "activity": "operationName properties.activityDisplayName properties.activity",
    "eventname": "operationName properties.eventName",
    "evt.name": "operationName properties.activityDisplayName",
    "event.action": "operationName properties.activityDisplayName",
    "category": "category properties.category",
    "categoryvalue": "category",
    "evt.category": "category",
    "eventcategory": "category properties.eventCategory",
    "service": "properties.loggedByService",
    "resourceprovidervalue": "properties.resourceProviderValue operationName:provider",
    "resourceprovider": "properties.resourceProviderValue operationName:provider",
    "activitystatusvalue": "properties.activityStatusValue resultType",
    "activitystatus": "properties.activityStatusValue resultType",
    "resulttype": "resultType properties.status.errorCode",
    "properties.resulttype": "resultType properties.status.errorCode",
    "errorcode": "properties.status.errorCode resultType",
    "resultdescription": (
        "resultDescription properties.status.failureReason properties.resultDescription properties.resultReason"
    ),
    "resultreason": "properties.resultReason",
    "failurereason": "properties.status.failureReason resultDescription",
    "failurestatusreason": "properties.status.failureReason resultDescription properties.resultReason",
    "mfanotificationoutcome": (
        "properties.status.additionalDetails properties.mfaDetail properties.authenticationDetails"
    ),
    "status": (
        "properties.status properties.status.errorCode:outcome properties.result properties.resultReason resultType"
    ),
    "resultstatus": "properties.result properties.status.errorCode:outcome",
    "authenticationresult": "properties.status.errorCode:outcome",
    "event.outcome": "properties.result properties.status.errorCode:outcome",
    "evt.outcome": "properties.result properties.status.errorCode:outcome",
    "outcome": "properties.result properties.status.errorCode:outcome",
    "result": "properties.result properties.status.errorCode:outcome",
    "ipaddress": "callerIpAddress properties.ipAddress properties.initiatedBy.user.ipAddress",
    "ip": "callerIpAddress properties.ipAddress properties.initiatedBy.user.ipAddress",
    "clientip": "callerIpAddress properties.ipAddress properties.initiatedBy.user.ipAddress",
    "clientipaddress": "callerIpAddress properties.ipAddress properties.initiatedBy.user.ipAddress",
    "sourceip": "callerIpAddress properties.ipAddress properties.initiatedBy.user.ipAddress",
    "srcip": "callerIpAddress properties.ipAddress properties.initiatedBy.user.ipAddress",
    "source.ip": "callerIpAddress properties.ipAddress properties.initiatedBy.user.ipAddress",
    "network.client.ip": "callerIpAddress properties.ipAddress properties.initiatedBy.user.ipAddress",
    "useragent": "properties.userAgent properties.additionalDetails@User-Agent",
    "useragent.original": "properties.userAgent properties.additionalDetails@User-Agent",
    "http.useragent": "properties.userAgent properties.additionalDetails@User-Agent",
    "user-agent": "properties.userAgent properties.additionalDetails@User-Agent",
    "clientapp": "properties.clientAppUsed",
    "deviceinfo": "properties.deviceDetail",
    "devicedetails": "properties.deviceDetail",
    "locationdetails": "properties.location",
    "country": "properties.location.countryOrRegion location",
    "countryorregion": "properties.location.countryOrRegion",
    "date": "time",
    "timestamp": "time",
    "@timestamp": "time",
    "timegenerated": "time properties.timeGenerated",
    "username": "properties.userPrincipalName properties.initiatedBy.user.userPrincipalName",
    "user": "properties.userPrincipalName properties.initiatedBy.user.userPrincipalName",
    "user.name": "properties.userPrincipalName properties.initiatedBy.user.userPrincipalName",
    "usr.id": "properties.userPrincipalName properties.initiatedBy.user.userPrincipalName",
    "usr.name": "properties.userPrincipalName properties.initiatedBy.user.userPrincipalName",
    "accountupn": "properties.userPrincipalName properties.initiatedBy.user.userPrincipalName",
    "upn": "properties.userPrincipalName properties.initiatedBy.user.userPrincipalName",
    "actor": "properties.initiatedBy",
    "actoruserid": "properties.initiatedBy.user.id properties.initiatedBy.app.servicePrincipalId",
    "actorusername": "properties.initiatedBy.user.userPrincipalName",
    "caller": "identity properties.caller properties.initiatedBy.user.userPrincipalName",
    "initiated.by": "properties.initiatedBy",
    "initiatied.by": "properties.initiatedBy",
    "initiatedbyuserid": "properties.initiatedBy.user.id",
    "initiatedbyuserprincipalname": "properties.initiatedBy.user.userPrincipalName",
    "initiatedbyappdisplayname": "properties.initiatedBy.app.displayName",
    "target": "properties.targetResources",
    "targets": "properties.targetResources",
    "targetuserid": "properties.targetResources.id",
    "targetusername": "properties.targetResources.userPrincipalName",
    "targetresourcesid": "properties.targetResources.id",
    "targetresourcesdisplayname": "properties.targetResources.displayName",
    "targetresourcesuserprincipalname": "properties.targetResources.userPrincipalName",
    "targetresourcestype": "properties.targetResources.type",
    "targettype": "properties.targetResources.type:squeezed",
    "properties.targettype": "properties.targetResources.type:squeezed",
    "targetresourcesmodifiedproperties": "properties.targetResources.modifiedProperties",
    "modifiedproperties": "properties.targetResources.modifiedProperties",
    "modifiedproperties.name": "properties.targetResources.modifiedProperties.displayName",
    "modifiedproperties.displayname": "properties.targetResources.modifiedProperties.displayName",
    "modifiedproperties.oldvalue": "properties.targetResources.modifiedProperties.oldValue",
    "modifiedproperties.newvalue": "properties.targetResources.modifiedProperties.newValue",
    "aadoperationtype": "properties.operationType",
    "aadtenantid": "tenantId",
    "conditionalaccesspolicies": "properties.appliedConditionalAccessPolicies",
    "resourceidentity": "properties.resourceId",
    "resourceid": "resourceId properties.resourceId",
    "appid": "properties.appId properties.initiatedBy.app.appId",
    "applicationid": "properties.appId properties.initiatedBy.app.appId",
    "appname": "properties.appDisplayName properties.servicePrincipalName",
    "riskeventtype": "properties.riskEventType properties.riskEventTypes_v2 properties.riskEventTypes",
    "riskeventtypes": "properties.riskEventTypes properties.riskEventTypes_v2 properties.riskEventType",
    "httpstatuscode": "properties.responseStatusCode properties.statusCode",
    "loglevel": "level Level",
    "level": "level Level",
}
NAMES: Final = ("operationName", "properties.activityDisplayName", "properties.operationName", "properties.message")
SQUEEZED: Final = ("properties.authenticationProtocol",)
JSON_TEXTS: Final = (
    "properties.targetResources.modifiedProperties.oldValue",
    "properties.targetResources.modifiedProperties.newValue",
)
LISTS: Final[Mapping[str, tuple[str, str]]] = {
    # lists of named values: the key that holds the name, the key that holds the value
    "properties.targetResources.modifiedProperties": ("displayName", "newValue"),
    "properties.additionalDetails": ("key", "value"),
    "properties.authenticationProcessingDetails": ("key", "value"),
}
_CATEGORIES: Final = """
SignInLogs NonInteractiveUserSignInLogs ServicePrincipalSignInLogs ManagedIdentitySignInLogs ADFSSignInLogs AuditLogs
MicrosoftServicePrincipalSignInLogs MicrosoftGraphActivityLogs UserRiskEvents RiskyUsers ServicePrincipalRiskEvents
RiskyServicePrincipals Write Delete Action Administrative Security ServiceHealth Alert Recommendation Policy Autoscale
ResourceHealth
"""
_AUDIT_CATEGORIES: Final = """
AccessReview AdministrativeUnit ApplicationManagement Authentication Authorization AuthorizationPolicy Contact Device
DeviceConfiguration DeviceManagement DirectoryManagement EntitlementManagement GroupManagement IdentityProtection
KeyManagement KerberosDomain Label Other PermissionGrantPolicy Policy PolicyManagement ProvisioningManagement
ResourceManagement RoleManagement TaskManagement UserManagement WorkflowManagement
"""
_RISK_LEVELS: Final = "none low medium high hidden unknownFutureValue"
VALUES: Final[Mapping[str, str]] = {
    "category": _CATEGORIES,
    "properties.category": _AUDIT_CATEGORIES,
    "properties.riskLevelAggregated": _RISK_LEVELS,
    "properties.riskLevelDuringSignIn": _RISK_LEVELS,
    "properties.riskLevel": _RISK_LEVELS,
    "properties.riskState": "none confirmedSafe remediated dismissed atRisk confirmedCompromised unknownFutureValue",
    "properties.conditionalAccessStatus": "success failure notApplied unknownFutureValue",
    "properties.authenticationRequirement": "singleFactorAuthentication multiFactorAuthentication",
    "properties.clientCredentialType": (
        "none clientSecret clientAssertion federatedIdentityCredential managedIdentity certificate"
    ),
}
"""Fields with few values: what only looks like one of them is taken for a misspelling."""

PROPERTY_GROUPS: Final = frozenset(
    {
        "consentcontext",
        "consentaction",
        "role",
        "approle",
        "serviceprincipal",
        "delegatedpermissiongrant",
        "targetid",
        "actorid",
    }
)
"""First words of modified properties' names that public rules write as if they were fields (`Role.DisplayName`)."""

PREFIXES: Final = (
    "azure.auditlogs.",
    "azure.signinlogs.",
    "azure.activitylogs.",
    "azure.graphactivitylogs.",
    "azure.platformlogs.",
    "azure.identityprotection.",
    "records.",
    "record.",
    "content.attributes.",
    "@",
)
