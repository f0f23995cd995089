#Requires -Version 5.1
# Revokes the sign-in sessions of people with Microsoft Entra PowerShell (Microsoft.Entra.Authentication). 7 people in all waves.
# Made by kmsift 0.1.0, judged as of 2026-11-22T00:00:00Z, valid until 2026-11-29T00:00:00Z.
#
#   Connect-Entra -Scopes User.RevokeSessions.All
#   ./revoke-entra.ps1                  # says what it would do, does nothing
#   ./revoke-entra.ps1 -Execute         # revokes; asks first
#
# Revoking ends every session everywhere, connectors and background flows of the person included.
# Never run a list twice: it would sign out people who have just registered. The log tells who is done.
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
param(
    [switch] $Execute,
    [int] $Wave = 1,
    [string[]] $TenantId = @('5f2c7a10-6d3e-4b8f-9a41-c0ffee0b1990'),
    [switch] $AllowEdited,
    [string] $LogPath = (Join-Path -Path $PSScriptRoot -ChildPath 'revoke-log.csv'),
    [int] $PauseMilliseconds = 200
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$validUntil = [DateTimeOffset]::Parse('2026-11-29T00:00:00Z', [Globalization.CultureInfo]::InvariantCulture)
if ([DateTimeOffset]::UtcNow -gt $validUntil) {
    throw "This list was valid until $validUntil. Make a new one: people may have registered since."
}

if (-not $AllowEdited) {
    $manifest = 'manifest.json', '../manifest.json' |
        ForEach-Object -Process { Join-Path -Path $PSScriptRoot -ChildPath $_ } |
        Where-Object -FilterScript { Test-Path -LiteralPath $_ } |
        Select-Object -First 1
    if ($null -eq $manifest) {
        throw 'There is no manifest.json beside this script or above it, so it cannot be told whether the list was edited. -AllowEdited goes on without it.'
    }
    $hash = (Get-FileHash -LiteralPath $PSCommandPath -Algorithm SHA256).Hash
    if (-not (Select-String -LiteralPath $manifest -Pattern $hash -SimpleMatch -Quiet)) {
        throw "This script is not the one that $manifest lists: it was edited, or the two are of different runs. -AllowEdited goes on all the same."
    }
}

function Get-ConnectedTenant {
    Get-EntraContext | Where-Object -FilterScript { $null -ne $_ } | ForEach-Object -Process { $_.TenantId }
}

if ($Execute) {
    if ($null -eq (Get-Command -Name 'Revoke-EntraUserAllRefreshToken' -ErrorAction SilentlyContinue)) {
        throw 'Revoke-EntraUserAllRefreshToken is not there. Install Microsoft Entra PowerShell (Microsoft.Entra.Authentication) and connect: Connect-Entra -Scopes User.RevokeSessions.All'
    }
    if ($TenantId.Count -eq 0) {
        Write-Warning -Message 'The inputs of this list do not tell their tenant. Give -TenantId to have the connection checked.'
    } else {
        $connected = "$(Get-ConnectedTenant)"
        if ($TenantId -notcontains $connected) {
            throw "This list is of tenant $($TenantId -join ', '), and the connection is to '$connected'. Connect-Entra -Scopes User.RevokeSessions.All"
        }
    }
} else {
    $WhatIfPreference = $true
}

$targets = @(
    [pscustomobject]@{ Id = '090e9b56-d93d-49e0-ad06-0cb6902fe18c'; Upn = 'tyrell.elderkin@centralperk.org'; Wave = 1 }
    [pscustomobject]@{ Id = '1da8de6e-2fdb-4999-b7fa-432072d720b7'; Upn = 'quentin.merriwick@centralperk.org'; Wave = 1 }
    [pscustomobject]@{ Id = '2387a062-6ae2-4196-acdf-cf561682e2c0'; Upn = 'freya.hollinsby@centralperk.org'; Wave = 1 }
    [pscustomobject]@{ Id = '2509e9a2-a0e8-4bb0-98ab-75c33831e93f'; Upn = 'emeka.zandstra@centralperk.org'; Wave = 1 }
    [pscustomobject]@{ Id = '5e27b67f-a1a7-471b-9e3c-fa2fa9239b02'; Upn = 'Marcela.Goosewell@centralperk.org'; Wave = 1 }
    [pscustomobject]@{ Id = 'b892c642-0ba5-468b-9ade-f1caab1785e7'; Upn = 'tyrell.foxglove@centralperk.org'; Wave = 1 }
    [pscustomobject]@{ Id = 'd2a57c15-6a6f-4a06-b700-3917e57b5f45'; Upn = 'Umberto.Ironside@centralperk.org'; Wave = 1 }
)
$selected = @($targets | Where-Object -FilterScript { $_.Wave -eq $Wave })
if ($selected.Count -eq 0) {
    Write-Warning -Message "Nobody is in wave $Wave."
}

$done = @{}
if (Test-Path -LiteralPath $LogPath) {
    Import-Csv -LiteralPath $LogPath | Where-Object -FilterScript { $_.Result -eq 'revoked' } | ForEach-Object -Process { $done[$_.Id] = $true }
}

function Write-Result {
    param([string] $Id, [string] $Result, [string] $Detail)
    [pscustomobject]@{ Time = [DateTimeOffset]::UtcNow.ToString('o'); Id = $Id; Result = $Result; Detail = $Detail } |
        Export-Csv -LiteralPath $LogPath -NoTypeInformation -Append -Encoding UTF8 -WhatIf:$false
}

function Get-RetrySeconds {
    param([System.Management.Automation.ErrorRecord] $Failure, [int] $Attempt)
    try {
        $after = $Failure.Exception.Response.Headers.RetryAfter
        if ($null -ne $after -and $null -ne $after.Delta) { return [Math]::Ceiling($after.Delta.TotalSeconds) }
    } catch {
        Write-Verbose -Message 'The service names no Retry-After.'
    }
    return [Math]::Pow(2, $Attempt)
}

foreach ($target in $selected) {
    if ($done.ContainsKey($target.Id)) {
        Write-Verbose -Message "$($target.Upn): already revoked according to the log"
        continue
    }
    if (-not $PSCmdlet.ShouldProcess("$($target.Upn) ($($target.Id))", 'Revoke sign-in sessions')) {
        continue
    }
    for ($attempt = 1; $attempt -le 6; $attempt++) {
        try {
            Revoke-EntraUserAllRefreshToken -UserId $target.Id | Out-Null
            Write-Result -Id $target.Id -Result 'revoked' -Detail ''
            break
        } catch {
            $throttled = "$_" -match '\b429\b|Too ?Many ?Requests|throttl'
            if (-not $throttled -or $attempt -eq 6) {
                Write-Result -Id $target.Id -Result 'failed' -Detail "$_"
                Write-Warning -Message "$($target.Upn): $_"
                break
            }
            Start-Sleep -Seconds (Get-RetrySeconds -Failure $_ -Attempt $attempt)
        }
    }
    Start-Sleep -Milliseconds $PauseMilliseconds
}
