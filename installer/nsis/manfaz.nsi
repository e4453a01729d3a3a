; The setup program for 64-bit Windows; 32-bit Windows does not start it, and says so in its own words.
; `installer.windows` writes the three files that are included from ${MADE}.
; Exit codes: 0 done, 112 the disk is too full, 1602 cancelled, 1603 failed, 1618 another setup runs, 1633 this Windows will not do, 3010 restart.
; Switches: /S silent, /AUTOSTART, /NODESKTOP, /LANG=en, and as the last one /D=folder (never quoted).

Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestSupportedOS all
ManifestLongPathAware true
RequestExecutionLevel admin
CRCCheck force
AllowSkipFiles off
SetOverwrite on
SetDateSave on
!ifdef FAST
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif

!include MUI2.nsh
!include WinVer.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh

!define DONE 0
!define NO_ROOM 112
!define CANCELLED 1602
!define FAILED 1603
!define OTHER_SETUP 1618
!define UNSUITABLE 1633
!define RESTART 3010
!define ALREADY_EXISTS 183
!define OLDEST_BUILD 17763
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Manfaz"
!define OWN_KEY "Software\Manfaz"
!define LIST "install.log"
!define NEW "setup.new"  ; changeover.nsh says what these two are
!define OLD "setup.old"
!define MOST_OLD 9

Var INSTALLED
Var LOG
Var LANG
Var ERASED
Var FOLDER
Var DRIVE
Var FREE
Var NEEDED

Name "Manfaz"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Manfaz"
BrandingText "Manfaz ${VERSION}"
VIProductVersion "${VERSION4}"
VIFileVersion "${VERSION4}"
VIAddVersionKey ProductName "Manfaz"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Manfaz setup"
VIAddVersionKey CompanyName "Manfaz"
VIAddVersionKey LegalCopyright "Manfaz"
VIAddVersionKey OriginalFilename "manfaz-setup-${VERSION}.exe"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_CUSTOMFUNCTION_ABORT cancelled
!define MUI_FINISHPAGE_TEXT "$(text_finished)"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!define MUI_LANGDLL_REGISTRY_ROOT HKLM
!define MUI_LANGDLL_REGISTRY_KEY "${OWN_KEY}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "Language"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Arabic"
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_RESERVEFILE_LANGDLL
!include "${MADE}/texts.nsh"
!include "${MADE}/names.nsh"

; ---- what both programs do -------------------------------------------------------------------------------------

!macro Functions un
; Say why, in a window and in the log, and end with a code. Stack: the code, the text.
Function ${un}refuse
  Pop $1
  Pop $0
  FileWriteUTF16LE $LOG "exit $0: $1$\r$\n"
  FileClose $LOG
  IfSilent +2
    MessageBox MB_OK|MB_ICONSTOP "$1"
  SetErrorLevel $0
  Quit
FunctionEnd

Function ${un}openLog
  FileOpen $LOG "$TEMP\manfaz-setup.log" w
  FileWriteUTF16LE /BOM $LOG "Manfaz ${VERSION} $CMDLINE$\r$\n"
FunctionEnd

; One setup or uninstaller at a time on this machine; the system lets go of it however we end.
Function ${un}refuseOther
  System::Call 'kernel32::CreateMutexW(p 0, i 0, w "Global\ManfazSetup") p .r1 ?e'
  Pop $0
  ${If} $0 = ${ALREADY_EXISTS}
    Push ${OTHER_SETUP}
    Push "$(text_other_setup)"
    Call ${un}refuse
  ${EndIf}
FunctionEnd

; A program that runs cannot be opened for writing. Nothing is closed by force: somebody may be being served.
Function ${un}refuseRunning
  ${Do}
    StrCpy $2 ""
    ${ForEach} $3 1 2 + 1
      StrCpy $4 "pythonw.exe"
      ${If} $3 = 2
        StrCpy $4 "python.exe"
      ${EndIf}
      ${If} ${FileExists} "$INSTDIR\python\$4"
        ClearErrors
        FileOpen $0 "$INSTDIR\python\$4" a
        ${If} ${Errors}
          StrCpy $2 "$4"
        ${Else}
          FileClose $0
        ${EndIf}
      ${EndIf}
    ${Next}
    ${If} $2 == ""
      Return
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(text_running)" /SD IDCANCEL IDRETRY again
      Push ${FAILED}
      Push "$(text_running)"
      Call ${un}refuse
    again:
  ${Loop}
FunctionEnd

; Delete what a setup has put into $FOLDER, by its own list: never a folder with what else may lie in it.
Function ${un}deleteListed
  ClearErrors
  FileOpen $0 "$FOLDER\${LIST}" r
  ${If} ${Errors}
    Return
  ${EndIf}
  ${Do}
    ClearErrors
    FileRead $0 $1
    ${If} ${Errors}
      ${ExitDo}
    ${EndIf}
    StrCpy $2 $1 1  ; f or d
    StrCpy $3 $1 "" 2
    ${WordReplace} $3 "$\r" "" "+" $3
    ${WordReplace} $3 "$\n" "" "+" $3
    ${WordFind} "$3" ".." "E+1{" $4
    ${If} ${Errors}  ; no step upwards in it
      ${If} $2 == "f"
        Delete "$FOLDER\$3"
      ${ElseIf} $2 == "c"
        Delete "$FOLDER\$3"
      ${ElseIf} $2 == "d"
        RMDir "$FOLDER\$3"
      ${EndIf}
    ${EndIf}
  ${Loop}
  FileClose $0
  Delete "$FOLDER\uninstall.exe"
  Delete "$FOLDER\${LIST}"
FunctionEnd

; Versions that another one has replaced.
Function ${un}deleteOld
  ${ForEach} $5 1 ${MOST_OLD} + 1
    StrCpy $FOLDER "$INSTDIR\${OLD}.$5"
    Call ${un}deleteListed
    RMDir "$FOLDER"
  ${Next}
FunctionEnd
!macroend
!insertmacro Functions ""
!insertmacro Functions "un."

; ---- install ---------------------------------------------------------------------------------------------------

Function .onInit
  Call openLog
  SetRegView 64
  SetShellVarContext all
  ${GetParameters} $9
  ${GetOptions} $9 "/LANG=" $LANG
  ${If} $LANG == "en"
    StrCpy $LANGUAGE ${LANG_ENGLISH}
  ${ElseIf} $LANG == "ar"
    StrCpy $LANGUAGE ${LANG_ARABIC}
    ${EndIf}
  ${IfNot} ${AtLeastBuild} ${OLDEST_BUILD}
    Push ${UNSUITABLE}
    Push "$(text_old_windows)"
    Call refuse
  ${EndIf}
  Call refuseOther
  ${IfNot} ${Silent}
  ${AndIf} $LANG == ""
    !insertmacro MUI_LANGDLL_DISPLAY
  ${EndIf}
  ReadRegStr $INSTALLED HKLM "${OWN_KEY}" "Version"
  ReadRegStr $0 HKLM "${OWN_KEY}" "InstallDir"
  ${If} $0 != ""
  ${AndIf} $INSTDIR == "$PROGRAMFILES64\Manfaz"  ; no other folder was asked for: the one it stands in
    StrCpy $INSTDIR $0
  ${EndIf}
  Call refuseDowngrade
FunctionEnd

Function refuseDowngrade
  ${If} $INSTALLED == ""
    Return
  ${EndIf}
  ${VersionCompare} "$INSTALLED" "${VERSION}" $0
  ${If} $0 = 1
    MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(text_newer)" /SD IDNO IDYES older
      Push ${CANCELLED}
      Push "$(text_newer)"
      Call refuse
    older:
  ${EndIf}
FunctionEnd

Function cancelled
  FileWriteUTF16LE $LOG "exit ${CANCELLED}: cancelled$\r$\n"
  SetErrorLevel ${CANCELLED}
FunctionEnd

Section "$(text_program)" program
  SectionIn RO
  Call refuseRunning
  Call undoCutOff
  Call refuseForeign
  Call refuseFull
  ClearErrors
  !include "${MADE}/files.nsh"
  WriteUninstaller "$INSTDIR\${NEW}\uninstall.exe"
  SetOutPath "$INSTDIR"  ; a folder that we stand in cannot be renamed
  ${If} ${Errors}
    Call giveUp
  ${EndIf}
  Call changeOver
  DetailPrint "$(text_preparing)"
  ; Nobody may write here later, so what Python keeps of a module is made now; without it the start is only slower.
  nsExec::Exec '"$INSTDIR\python\python.exe" -B -m compileall -q --invalidation-mode unchecked-hash "$INSTDIR\app" "$INSTDIR\starter" "$INSTDIR\site-packages"'
  Pop $0
  FileWriteUTF16LE $LOG "prepared: $0$\r$\n"

  SetOutPath "$INSTDIR"
  CreateShortcut "$SMPROGRAMS\Manfaz.lnk" "$INSTDIR\manfaz.exe" "" "$INSTDIR\manfaz.ico"
  WriteRegStr HKLM "${OWN_KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKLM "${OWN_KEY}" "Version" "${VERSION}"
  WriteRegStr HKLM "${OWN_KEY}" "Language" "$LANGUAGE"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayName" "Manfaz"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "Publisher" "Manfaz"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\manfaz.ico"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

Section "$(text_desktop)" desktop
  ${GetOptions} $9 "/NODESKTOP" $0
  ${If} ${Errors}
    CreateShortcut "$DESKTOP\Manfaz.lnk" "$INSTDIR\manfaz.exe" "" "$INSTDIR\manfaz.ico"
  ${EndIf}
SectionEnd

Section /o "$(text_autostart)" autostart
  CreateShortcut "$SMSTARTUP\Manfaz.lnk" "$INSTDIR\manfaz.exe" "--full-screen" "$INSTDIR\manfaz.ico"
SectionEnd

Section "-end"
  ClearErrors
  ${GetOptions} $9 "/AUTOSTART" $0
  ${IfNot} ${Errors}
    CreateShortcut "$SMSTARTUP\Manfaz.lnk" "$INSTDIR\manfaz.exe" "--full-screen" "$INSTDIR\manfaz.ico"
  ${EndIf}
  FileWriteUTF16LE $LOG "installed in $INSTDIR$\r$\n"
  FileClose $LOG
  SetErrorLevel ${DONE}
  IfRebootFlag 0 +2
    SetErrorLevel ${RESTART}
SectionEnd

!include "${__FILEDIR__}/changeover.nsh"

Function .onInstFailed
  Call dropNew
  IfSilent +2
    MessageBox MB_OK|MB_ICONSTOP "$(text_not_copied)"
  FileWriteUTF16LE $LOG "exit ${FAILED}: $(text_not_copied)$\r$\n"
  FileClose $LOG
  SetErrorLevel ${FAILED}
FunctionEnd

; ---- uninstall -------------------------------------------------------------------------------------------------

Function un.onInit
  Call un.openLog
  SetRegView 64
  SetShellVarContext all
  !insertmacro MUI_UNGETLANGUAGE
  Call un.refuseOther
  Call un.refuseRunning
FunctionEnd

; Of the account that runs this, and only when it is asked for twice and nothing is left to send. Silent: never.
Function un.eraseData
  SetShellVarContext current
  ${If} ${Silent}
  ${OrIfNot} ${FileExists} "$LOCALAPPDATA\Manfaz\kiosk.db"
    Return
  ${EndIf}
  MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(text_erase_ask)" IDNO keep
  nsExec::ExecToStack '"$INSTDIR\manfaz-cli.exe" unsent'
  Call un.sayWhyKept
  ${If} $0 != 0
    Return
  ${EndIf}
  MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(text_erase_again)" IDNO keep
  ; First the keys, by the program, which looks once more; from then on the files are noise.
  nsExec::ExecToStack '"$INSTDIR\manfaz-cli.exe" unsent --erase'
  Call un.sayWhyKept
  ${If} $0 != 0
    Return
  ${EndIf}
  StrCpy $ERASED "yes"
  FileWriteUTF16LE $LOG "data erased$\r$\n"
  RMDir /r "$LOCALAPPDATA\Manfaz"
  ${If} ${FileExists} "$LOCALAPPDATA\Manfaz"
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(text_erase_left)"
  ${EndIf}
  keep:
FunctionEnd

; What the program answered, from the stack: its code, which goes to $0, and its words. Nothing is said at 0.
Function un.sayWhyKept
  Pop $0
  Pop $1
  FileWriteUTF16LE $LOG "unsent: $0$\r$\n"
  ${If} $0 == 0
    Return
  ${EndIf}
  StrCpy $2 $1 12
  ${If} $2 == "not sent yet"
    ${WordFind} "$1" ": " "-1" $2
    IntOp $2 $2 + 0  ; without the end of its line
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(text_erase_unsent)"
  ${Else}
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(text_erase_unknown)"
  ${EndIf}
FunctionEnd

Section Uninstall
  Call un.eraseData
  SetShellVarContext all
  Delete "$SMPROGRAMS\Manfaz.lnk"
  Delete "$DESKTOP\Manfaz.lnk"
  Delete "$SMSTARTUP\Manfaz.lnk"
  RMDir /r "$INSTDIR\${NEW}"
  StrCpy $FOLDER "$INSTDIR\${OLD}"  ; of an upgrade that was cut off
  Call un.deleteListed
  RMDir "$FOLDER"
  Call un.deleteOld
  StrCpy $FOLDER "$INSTDIR"
  Call un.deleteListed
  RMDir "$INSTDIR"
  DeleteRegKey HKLM "${UNINSTALL_KEY}"
  DeleteRegKey HKLM "${OWN_KEY}"
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "Manfaz"  ; `manfaz-autostart.cmd`
  ${If} $ERASED == "yes"
    DetailPrint "$(text_erased)"
    MessageBox MB_OK|MB_ICONINFORMATION "$(text_erased)" /SD IDOK
  ${Else}
    FileWriteUTF16LE $LOG "$(text_kept)$\r$\n"
    DetailPrint "$(text_kept)"
    MessageBox MB_OK|MB_ICONINFORMATION "$(text_kept)" /SD IDOK
  ${EndIf}
  FileClose $LOG
  SetErrorLevel ${DONE}
SectionEnd
